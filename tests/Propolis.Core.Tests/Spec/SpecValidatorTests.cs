using Propolis.Core.Spec;
using static Propolis.Core.Tests.Spec.Specs;

namespace Propolis.Core.Tests.Spec;

public class SpecValidatorTests
{
    private const string CpuidPrefix = "instance spec's CPUID entries are invalid: ";
    private const string Uuid = "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9";

    public static TheoryData<InstanceSpec, string> Unsound => new()
    {
        { WithCpuid(Leaf(0x1_0000)), CpuidPrefix + "leaf 10000 not in standard or extended range" },
        { WithCpuid(Leaf(0x7FFF_FFFF)), CpuidPrefix + "leaf 7fffffff not in standard or extended range" },
        { WithCpuid(Leaf(0x8001_0000)), CpuidPrefix + "leaf 80010000 not in standard or extended range" },
        { WithCpuid(Leaf(0xB), Leaf(0xB)), CpuidPrefix + "duplicate leaf and subleaf (b, None)" },
        { WithCpuid(Leaf(0xB, 12), Leaf(0xB, 12)), CpuidPrefix + "duplicate leaf and subleaf (b, Some(12))" },
        { WithCpuid(Leaf(0xB, 1), Leaf(0xB)), CpuidPrefix + "leaf b has entries with subleaves" },
        { WithCpuid(Leaf(0xB), Leaf(0xB, 1)), CpuidPrefix + "leaf b has an entry with no subleaves" },

        { Of(("d", Disk("gone", 4))), "storage backend gone not found for device d" },
        { Of(("d", Disk("d", 4))), "storage backend d not found for device d" },
        {
            Of(("d", Disk("n", 4)), ("n", new Component.VirtioNetworkBackend("vnic"))),
            "storage backend n not found for device d"
        },
        { Of(("b", Volume()), ("d", Disk("b", 4)), ("e", Nvme("b", 5))), "storage backend b not found for device e" },
        { Of((Uuid.ToUpperInvariant(), Disk("b", 4))), $"storage backend b not found for device {Uuid}" },
        { Of(("n", Nic("gone", 4))), "network backend gone not found for device n" },
        { Of(("b", Volume()), ("n", Nic("b", 4))), "network backend b not found for device n" },
        {
            Of(("b", Volume()), ("c", Volume()), ("d", Disk("b", 4)), ("e", Disk("c", 4))),
            "a PCI device is already attached at PciPath { bus: 0, device: 4, function: 0 }"
        },
        {
            Of(("b", Volume()), ("d", Disk("b", 4)), ("e", Bridge(1, 4))),
            "a PCI device is already attached at PciPath { bus: 0, device: 4, function: 0 }"
        },
        {
            Of(("b", new Component.VirtioNetworkBackend("v")), ("d", Bridge(1, 4)), ("n", Nic("b", 4))),
            "a PCI device is already attached at PciPath { bus: 0, device: 4, function: 0 }"
        },
        {
            Of(Com1, ("other", new Component.SerialPort(SerialPortNumber.Com1))),
            "serial port Com1 is already specified"
        },
        {
            Of(("p", new Component.QemuPvpanic(true)), ("q", new Component.QemuPvpanic(false))),
            "pvpanic device already specified"
        },
        { Of(("s", new Component.SoftNpuPciPort(Path(4)))), "support for component s compiled out via falcon" },
        { Of(("s", new Component.SoftNpuP9(Path(4)))), "support for component s compiled out via falcon" },
        {
            Of(("s", new Component.SoftNpuPort("l", SpecKey.Parse("b")))),
            "support for component s compiled out via falcon"
        },
        { Of(("s", new Component.P9fs("a", "b", 1, Path(4)))), "support for component s compiled out via falcon" },
        {
            Of(("s", new Component.MigrationFailureInjector(1, 0))),
            "support for component s compiled out via failure-injection"
        },
        { Of(("boot", Boot("d"))), "boot option d is not an attached device" },
        {
            Of(("b", Volume()), ("boot", Boot("d", "b")), ("d", Disk("b", 4))),
            "boot option b is not an attached device"
        },
        {
            Of(("boot", Boot("n")), ("b", new Component.VirtioNetworkBackend("v")), ("n", Nic("b", 4))),
            "boot option n is not an attached device"
        },
        { Of(("y", Volume()), ("x", Blob(""))), "backend x not used by any device" },
        {
            Of(("a", new Component.DlpiNetworkBackend("v")), ("b", new Component.VirtioNetworkBackend("v")),
                ("c", Volume())),
            "backend c not used by any device"
        },
        {
            Of(("a", new Component.DlpiNetworkBackend("v")), ("b", new Component.VirtioNetworkBackend("v"))),
            "backend b not used by any device"
        },
        { Of(("a", new Component.DlpiNetworkBackend("v"))), "backend a not used by any device" },
        {
            Of(("b", Volume()), ("d", Disk("b", 4)), ("a", Socket(3, 4))),
            "a PCI device is already attached at PciPath { bus: 0, device: 4, function: 0 }"
        },
    };

    [Theory]
    [MemberData(nameof(Unsound))]
    public void A_spec_that_does_not_fit_together_is_refused_in_the_contracts_words(InstanceSpec spec, string expected)
    {
        Assert.False(SpecValidator.TryValidate(spec, out var validated, out var detail));
        Assert.Null(validated);
        Assert.Equal(expected, detail);
    }

    public static TheoryData<InstanceSpec, string> SeveralFaults => new()
    {
        // CPUID before devices, devices in key order, boot order before unused backends, the socket last.
        { Of(("d", Disk("gone", 4))) with { Board = WithCpuid(Leaf(0x1_0000)).Board }, "instance spec's CPUID" },
        { Of(("z", Disk("gone", 4)), (Uuid, Nic("gone", 4))), "network backend gone" },
        { Of(("boot", Boot("x")), ("d", Disk("gone", 4))), "storage backend gone" },
        { Of(("boot", Boot("x")), ("unused", Volume())), "boot option x" },
        { Of(("d", Bridge(1, 4)), ("a", Socket(3, 4)), ("unused", Volume())), "backend unused" },
    };

    [Theory]
    [MemberData(nameof(SeveralFaults))]
    public void A_spec_with_several_faults_reports_the_first_in_the_contracts_order(InstanceSpec spec, string expected)
    {
        Assert.False(SpecValidator.TryValidate(spec, out _, out var detail));
        Assert.StartsWith(expected, detail, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_component_map_is_sound() => Assert.Empty(Valid(Of()).Spec.Components);

    [Fact]
    public void An_empty_boot_order_and_a_repeated_entry_are_sound()
    {
        Assert.Empty(Valid(Of(("boot", Boot()))).BootOrder!);
        Assert.Equal(2, Valid(Of(("b", Volume()), ("d", Disk("b", 4)), ("boot", Boot("d", "d")))).BootOrder!.Count);
    }

    [Fact]
    public void Of_two_boot_orders_the_one_with_the_higher_key_wins()
    {
        var spec = Valid(Of(("b", Volume()), ("d", Disk("b", 4)), ("boot1", Boot("nowhere")), ("boot2", Boot("d"))));

        Assert.Equal([SpecKey.Parse("d")], spec.BootOrder);
        Assert.False(spec.Spec.Components.ContainsKey(SpecKey.Parse("boot1")));
    }

    [Fact]
    public void Of_several_sockets_only_the_one_with_the_lowest_key_is_kept()
    {
        var spec = Valid(Of(("s3", Socket(5, 6)), ("s1", Socket(3, 4)), ("s2", Socket(4, 4)))).Spec;

        Assert.Equal([SpecKey.Parse("s1")], spec.Components.Keys);
    }

    [Fact]
    public void A_socket_that_is_dropped_takes_no_place() =>
        Assert.Equal(2, Valid(Of(("s1", Socket(3, 4)), ("s2", Socket(3, 5)), ("z", Bridge(1, 5)))).Spec.Components.Count);

    [Fact]
    public void A_spec_without_cpuid_gets_the_default_one_which_is_sound_and_in_order()
    {
        var cpuid = Valid(Of()).Spec.Board.Cpuid!;

        Assert.Equal(Cpuid.Default, cpuid);
        Assert.True(SpecValidator.TryValidate(Of() with { Board = PlainBoard with { Cpuid = cpuid } }, out _, out _));
    }

    [Fact]
    public void Cpuid_entries_are_put_into_leaf_and_subleaf_order()
    {
        var spec = Valid(WithCpuid(Leaf(0x8000_0000), Leaf(0xB, 2), Leaf(1), Leaf(0xB, 0))).Spec;

        Assert.Equal([Leaf(1), Leaf(0xB, 0), Leaf(0xB, 2), Leaf(0x8000_0000)], spec.Board.Cpuid!.Entries);
    }

    [Fact]
    public void Components_of_a_build_that_has_them_are_sound_and_take_their_backends()
    {
        var spec = Of(
            ("b", new Component.DlpiNetworkBackend("v")), ("p", new Component.SoftNpuPort("l", SpecKey.Parse("b"))),
            ("q", new Component.SoftNpuPciPort(Path(9))), ("i", new Component.MigrationFailureInjector(1, 1)));

        Assert.True(SpecValidator.TryValidate(
            spec, new BuildFeatures(Falcon: true, FailureInjection: true), out _, out var detail), detail);
    }

    [Fact]
    public void A_sound_spec_lists_its_disks_by_device_and_its_volumes_by_backend()
    {
        var spec = Valid(Of(
            ("d1", Disk("v2", 4)), ("d2", Nvme("v1", 5)), ("d3", Disk("blob", 6)),
            ("v1", Volume("one")), ("v2", Volume("two")), ("blob", Blob("AA=="))));

        Assert.Equal(["d1/v2", "d2/v1", "d3/blob"], spec.Disks.Select(d => $"{d.DeviceKey}/{d.BackendKey}"));
        Assert.Equal([SpecKey.Parse("v1"), SpecKey.Parse("v2")], spec.VolumeKeys);
    }

    [Fact]
    public void A_replaced_request_shows_in_the_spec_and_changes_nothing_else()
    {
        var before = Valid(Of(("b", Volume("old")), ("d", Disk("b", 4))));

        var after = before.WithRequestJson(SpecKey.Parse("b"), "new");

        Assert.Equal(Valid(Of(("b", Volume("new")), ("d", Disk("b", 4)))), after);
        Assert.Throws<ArgumentException>(() => before.WithRequestJson(SpecKey.Parse("d"), "new"));
    }

    [Fact]
    public void Nothing_prints_a_volume_construction_request_or_a_blob()
    {
        var spec = Valid(Of(
            ("b", Volume("sEcReT")), ("c", Blob("sEcReT==")), ("d", Disk("b", 4)), ("e", Disk("c", 5))));
        var request = new EnsureRequest(
            new InstanceProperties(Guid.Empty, "n", "d", new InstanceMetadata(
                Guid.Empty, Guid.Empty, Guid.Empty, "s", "m", 1)),
            new InstanceInit.FromSpec(spec.Spec));
        var target = new InstanceInit.MigrationTarget(Guid.Empty, new(0, 0), spec.Spec.Components);

        string[] texts =
        [
            spec.ToString(), spec.Spec.ToString(), request.ToString(), target.ToString(), $"{spec.Disks[0]}",
            string.Join(' ', spec.Disks), string.Join(' ', spec.Spec.Components),
        ];
        Assert.All(texts, text => Assert.DoesNotContain("sEcReT", text, StringComparison.OrdinalIgnoreCase));
        Assert.Contains("redacted", spec.Spec.ToString(), StringComparison.Ordinal);
    }
}
