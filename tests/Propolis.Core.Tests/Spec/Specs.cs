using System.Collections.Immutable;
using Propolis.Core.Spec;

namespace Propolis.Core.Tests.Spec;

/// <summary>Specs and parts of specs for tests.</summary>
internal static class Specs
{
    public static readonly Board PlainBoard = new(
        Cpus: 4, MemoryMib: 1024, EnablePcie: false, new GuestHypervisorInterface.Bhyve(), Cpuid: null);

    public static readonly (string, Component) Com1 = ("com1", new Component.SerialPort(SerialPortNumber.Com1));

    public static InstanceSpec Of(params ReadOnlySpan<(string Key, Component Component)> components)
    {
        var map = ImmutableSortedDictionary.CreateBuilder<SpecKey, Component>();
        foreach (var (key, component) in components)
            map.Add(SpecKey.Parse(key), component);
        return new InstanceSpec(PlainBoard, map.ToImmutable(), Smbios: null);
    }

    public static InstanceSpec WithCpuid(params CpuidEntry[] entries) =>
        Of() with { Board = PlainBoard with { Cpuid = new Cpuid(ValueList.From(entries), CpuidVendor.Amd) } };

    public static CpuidEntry Leaf(uint leaf, uint? subleaf = null) => new(leaf, subleaf, 1, 2, 3, 4);

    public static PciPath Path(byte device, byte bus = 0) => new(bus, device, 0);

    public static Component Disk(string backend, byte device, byte bus = 0) =>
        new Component.VirtioDisk(SpecKey.Parse(backend), Path(device, bus));

    public static Component Nvme(string backend, byte device) =>
        new Component.NvmeDisk(SpecKey.Parse(backend), Path(device), ValueList.From(new byte[20]));

    public static Component Nic(string backend, byte device) =>
        new Component.VirtioNic(SpecKey.Parse(backend), Guid.Empty, Path(device));

    public static Component Volume(string json = "{}") => new Component.CrucibleStorageBackend(json, ReadOnly: false);

    public static Component Blob(string base64) => new Component.BlobStorageBackend(base64, ReadOnly: true);

    public static Component Boot(params string[] keys) =>
        new Component.BootSettings(ValueList.From(keys.Select(SpecKey.Parse)));

    public static Component Socket(ulong cid, byte device) => new Component.VirtioSocket(cid, Path(device));

    public static Component Bridge(byte downstream, byte device, byte bus = 0) =>
        new Component.PciPciBridge(downstream, Path(device, bus));

    public static ValidatedSpec Valid(InstanceSpec spec)
    {
        Assert.True(SpecValidator.TryValidate(spec, out var validated, out var detail), detail);
        return validated!;
    }
}
