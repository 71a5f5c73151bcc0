using System.Text;
using System.Text.Json.Nodes;
using Propolis.Core.Json;
using Propolis.Core.Lifecycle;
using Propolis.Core.Spec;

namespace Propolis.Core.Tests.Json;

public class RequestJsonTests
{
    private const string Minimal = """
        {"board":{"cpus":1,"memory_mb":1,"chipset":{"type":"i440_fx","value":{"enable_pcie":false}}},"components":{}}
        """;

    [Fact]
    public void An_ensure_request_with_every_component_survives_reading_and_writing()
    {
        var text = Samples.Ensure(Samples.Spec);

        var written = ResponseJson.Ensure(Read(text));

        AssertSameJson(text, written);
        Assert.Equal(Read(text), Read(Encoding.UTF8.GetString(written)));
    }

    [Fact]
    public void A_migration_target_survives_reading_and_writing()
    {
        var text = Samples.EnsureInit(Samples.Migration);

        AssertSameJson(text, ResponseJson.Ensure(Read(text)));
    }

    [Fact]
    public void A_volume_construction_request_is_kept_byte_for_byte()
    {
        var spec = ReadSpec(Samples.Spec);

        var volume = (Component.CrucibleStorageBackend)
            spec.Components[SpecKey.Parse("01010101-0101-0101-0101-010101010101")];
        Assert.Equal("{\"type\":\"volume\" , \"key\":\"sEcReT+/=\"}\n", volume.RequestJson);
    }

    [Fact]
    public void Absent_optional_fields_have_their_defaults()
    {
        var spec = ReadSpec(Minimal);

        Assert.Null(spec.Smbios);
        Assert.Null(spec.Board.Cpuid);
        Assert.Equal(new GuestHypervisorInterface.Bhyve(), spec.Board.HypervisorInterface);
    }

    [Fact]
    public void Null_optional_fields_are_as_absent()
    {
        var text = Minimal
            .Replace("\"cpus\":1", "\"cpus\":1,\"cpuid\":null,\"guest_hv_interface\":null", StringComparison.Ordinal)
            .Replace("\"components\":{}", "\"components\":{},\"smbios\":null", StringComparison.Ordinal);

        Assert.Equal(ReadSpec(Minimal), ReadSpec(text));
    }

    [Fact]
    public void Two_spellings_of_one_key_are_one_component_and_the_later_wins()
    {
        var text = WithComponents("""
            "{AAAAAAAA-0000-0000-0000-000000000000}": {"type":"serial_port","component":{"num":"com1"}},
            "aaaaaaaa000000000000000000000000": {"type":"serial_port","component":{"num":"com2"}}
            """);

        var (key, component) = Assert.Single(ReadSpec(text).Components);
        Assert.Equal("aaaaaaaa-0000-0000-0000-000000000000", key.ToString());
        Assert.Equal(new Component.SerialPort(SerialPortNumber.Com2), component);
    }

    [Theory]
    [InlineData(SpecFormat.V1, false)]
    [InlineData(SpecFormat.V2, true)]
    [InlineData(SpecFormat.V3, true)]
    public void Unknown_fields_of_the_spec_are_rejected_by_the_first_format_only(SpecFormat format, bool accepted)
    {
        foreach (var field in new[] { "\"smbios\":null", "\"other\":1" })
        {
            var text = Minimal.Replace("\"components\":{}", $"\"components\":{{}},{field}", StringComparison.Ordinal);
            Assert.Equal(accepted, RequestJson.TryReadSpec(Encoding.UTF8.GetBytes(text), format, out _, out _));
        }
    }

    [Fact]
    public void A_socket_component_is_an_unknown_word_before_the_third_format()
    {
        var text = Encoding.UTF8.GetBytes(WithComponents("""
            "s":{"type":"virtio_socket","component":{"guest_cid":3,"pci_path":{"bus":0,"device":1,"function":0}}}
            """));

        Assert.False(RequestJson.TryReadSpec(text, SpecFormat.V2, out _, out var error));
        Assert.Equal("components.s.type: unknown variant `virtio_socket`", error);
        Assert.True(RequestJson.TryReadSpec(text, SpecFormat.V3, out _, out _));
    }

    [Theory]
    [InlineData(SpecFormat.V1)]
    [InlineData(SpecFormat.V2)]
    [InlineData(SpecFormat.V3)]
    public void An_empty_word_is_no_component_in_any_format(SpecFormat format)
    {
        var text = Encoding.UTF8.GetBytes(WithComponents("""
            "s":{"type":"","component":{"guest_cid":3,"pci_path":{"bus":0,"device":1,"function":0}}}
            """));

        Assert.False(RequestJson.TryReadSpec(text, format, out _, out var error));
        Assert.Equal("components.s.type: unknown variant ``", error);
    }

    [Theory]
    [InlineData("", "not valid JSON at line 1, column 1")]
    [InlineData("{\"board\":", "not valid JSON at line 1, column 10")]
    [InlineData("[]", "expected an object")]
    [InlineData("{}", "missing field `board`")]
    [InlineData("{\"board\":1,\"components\":{}}", "board: expected an object")]
    [InlineData("{\"board\":{},\"board\":{},\"components\":{}}", "duplicate field `board`")]
    public void A_spec_of_the_wrong_shape_says_where(string text, string expected) => AssertRefused(text, expected);

    [Theory]
    [InlineData("\"cpus\":1", "\"cpus\":256", "board.cpus: expected an integer, 0 to 255")]
    [InlineData("\"cpus\":1", "\"cpus\":1.0", "board.cpus: expected an integer, 0 to 255")]
    [InlineData("\"cpus\":1", "\"cpus\":\"1\"", "board.cpus: expected an integer, 0 to 255")]
    [InlineData("\"cpus\":1,", "", "board: missing field `cpus`")]
    [InlineData("\"cpus\":1", "\"cpus\":null", "board.cpus: expected an integer, 0 to 255")]
    [InlineData("\"cpus\":1", "\"cpus\":1,\"color\":1", "board: unknown field `color`")]
    [InlineData("\"memory_mb\":1", "\"memory_mb\":-1", "board.memory_mb: expected an unsigned 64-bit integer")]
    [InlineData("i440_fx", "q35", "board.chipset.type: unknown variant `q35`")]
    [InlineData("\"enable_pcie\":false", "", "board.chipset.value: missing field `enable_pcie`")]
    [InlineData("\"cpus\":1", "\"cpus\":1,\"guest_hv_interface\":{\"type\":\"hyper_v\"}",
        "board.guest_hv_interface: missing field `value`")]
    [InlineData("\"cpus\":1", "\"cpus\":1,\"guest_hv_interface\":{\"type\":\"bhyve\",\"value\":1}",
        "board.guest_hv_interface.value: bhyve has no value")]
    [InlineData("\"cpus\":1", "\"cpus\":1,\"cpuid\":{\"entries\":[{}],\"vendor\":\"amd\"}",
        "board.cpuid.entries[0]: missing field `leaf`")]
    public void A_board_of_the_wrong_shape_says_where(string old, string replacement, string expected) =>
        AssertRefused(Minimal.Replace(old, replacement, StringComparison.Ordinal), expected);

    [Theory]
    [InlineData("""{"type":"toaster","component":{}}""", "components.x.type: unknown variant `toaster`")]
    [InlineData("""{"type":"serial_port"}""", "components.x: missing field `component`")]
    [InlineData("""{"type":"serial_port","component":{"num":"com1"},"more":1}""", "components.x: unknown field `more`")]
    [InlineData("""{"type":"serial_port","component":{"num":"com5"}}""",
        "components.x.component.num: unknown variant `com5`")]
    [InlineData("""{"type":"serial_port","component":{"num":"com1","b":1}}""",
        "components.x.component: unknown field `b`")]
    [InlineData("""{"type":"soft_npu_p9","component":{"pci_path":{"bus":0,"device":32,"function":0}}}""",
        "components.x.component.pci_path: PCI device 32 outside range of 0-31")]
    [InlineData("""{"type":"soft_npu_p9","component":{"pci_path":{"bus":0,"device":0,"function":8}}}""",
        "components.x.component.pci_path: PCI function 8 outside range of 0-7")]
    [InlineData("""{"type":"virtio_nic","component":{"backend_id":"b","interface_id":"no","pci_path":{}}}""",
        "components.x.component.interface_id: expected a UUID")]
    [InlineData(
        """{"type":"file_storage_backend","component":{"path":"","readonly":true,"block_size":1,"workers":0}}""",
        "components.x.component.workers: expected an integer of at least 1")]
    [InlineData(
        """{"type":"nvme_disk","component":{"backend_id":"","pci_path":{},"serial_number":[1]}}""",
        "components.x.component.serial_number: expected an array of 20 numbers")]
    [InlineData("""{"type":"crucible_storage_backend","component":{"readonly":true,"request_json":{"key":"sEcReT"}}}""",
        "components.x.component.request_json: expected a string")]
    public void A_component_of_the_wrong_shape_says_where(string component, string expected) =>
        AssertRefused(WithComponents($"\"x\":{component}"), expected);

    [Fact]
    public void Fields_of_a_pci_path_and_of_a_boot_entry_may_have_unknown_neighbours()
    {
        var spec = ReadSpec(WithComponents("""
            "a":{"type":"soft_npu_p9","component":{"pci_path":{"bus":0,"device":1,"function":0,"more":1}}},
            "b":{"type":"boot_settings","component":{"order":[{"id":"x","more":1}]}}
            """));

        Assert.Equal(2, spec.Components.Count);
    }

    [Theory]
    [InlineData("1.2.3.4", false)]
    [InlineData("1.2.3.4:", false)]
    [InlineData("1.2.3:80", false)]
    [InlineData("01.2.3.4:80", false)]
    [InlineData("::1", false)]
    [InlineData("::1:80", false)]
    [InlineData("[::1]", false)]
    [InlineData("host:80", false)]
    [InlineData("1.2.3.4:65536", false)]
    [InlineData("1.2.3.4:80", true)]
    [InlineData("[::1]:80", true)]
    public void A_source_address_is_an_address_with_a_port(string address, bool accepted)
    {
        var text = Samples.EnsureInit(
            Samples.Migration.Replace("[fd00::1]:12400", address, StringComparison.Ordinal));

        var read = RequestJson.TryReadEnsure(Encoding.UTF8.GetBytes(text), SpecFormat.V3, out _, out var error);

        Assert.Equal(accepted, read);
        if (!accepted)
            Assert.Equal("init.value.src_addr: expected an address, ip:port", error);
    }

    [Theory]
    [InlineData("""{"component":"SerialPort","spec":{}}""", "unknown variant `SerialPort`")]
    [InlineData("""{"component":"VirtioNetworkBackend","spec":{"vnic_name":"v"},"x":1}""", "unknown field `x`")]
    public void A_replacement_is_one_of_three_kinds_and_nothing_else(string replacement, string expected)
    {
        var text = Samples.EnsureInit(Samples.Migration.Replace(
            """{ "component": "VirtioNetworkBackend", "spec": { "vnic_name": "v9" } }""", replacement,
            StringComparison.Ordinal));

        Assert.False(RequestJson.TryReadEnsure(Encoding.UTF8.GetBytes(text), SpecFormat.V3, out _, out var error));
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Unknown_fields_around_the_spec_are_ignored()
    {
        var text = Samples.Ensure(Minimal)
            .Replace("\"properties\": {", "\"more\": 1, \"properties\": {\"more\": 1,", StringComparison.Ordinal);

        Assert.Equal("vm", Read(text).Properties.Name);
    }

    [Fact]
    public void A_body_cut_off_or_damaged_anywhere_is_refused_without_repeating_a_secret()
    {
        // Method: every prefix, and every byte replaced by three others; none may crash, none may echo the request.
        var whole = Encoding.UTF8.GetBytes(Samples.Ensure(Samples.Spec));
        for (var length = 0; length < whole.Length; length++)
        {
            Assert.False(RequestJson.TryReadEnsure(whole.AsMemory(0, length), SpecFormat.V3, out _, out var error));
            AssertNoSecret(error);
        }

        foreach (var replacement in new byte[] { (byte)'"', 0xC3, (byte)'\\' })
        {
            for (var i = 0; i < whole.Length; i++)
            {
                var damaged = whole.ToArray();
                damaged[i] = replacement;
                if (!RequestJson.TryReadEnsure(damaged, SpecFormat.V3, out _, out var error))
                    AssertNoSecret(error);
            }
        }
    }

    [Fact]
    public void A_misplaced_key_is_not_repeated()
    {
        var key = Convert.ToBase64String(new byte[32]);

        AssertRefused(WithComponents("\"x\":{\"type\":\"" + key + "\",\"component\":{}}"),
            "components.x.type: unknown variant `<44 characters>`");
        AssertRefused(WithComponents("\"x\":{\"" + key + "\":1}"), "components.x: unknown field `<44 characters>`");
        AssertRefused(WithComponents("\"" + key + "\":1"), "components.<44 characters>: expected an object");
    }

    [Fact]
    public void Text_that_is_not_unicode_is_refused()
    {
        AssertRefused(WithComponents("""
            "x":{"type":"virtio_network_backend","component":{"vnic_name":"\ud800"}}
            """), "components.x.component.vnic_name: text that is not Unicode");
    }

    [Fact]
    public void Nesting_beyond_all_reason_is_refused() =>
        Assert.False(RequestJson.TryReadSpec(
            Encoding.UTF8.GetBytes(new string('[', 500_000)), SpecFormat.V3, out _, out _));

    [Theory]
    [InlineData("\"Run\"", StateRequest.Run)]
    [InlineData(" \"Stop\" ", StateRequest.Stop)]
    [InlineData("\"Reboot\"", StateRequest.Reboot)]
    public void A_state_request_is_a_bare_string(string text, StateRequest expected)
    {
        Assert.True(RequestJson.TryReadStateRequest(Encoding.UTF8.GetBytes(text), out var request, out _));
        Assert.Equal(expected, request);
    }

    [Theory]
    [InlineData("\"run\"")]
    [InlineData("Run")]
    [InlineData("{\"state\":\"Run\"}")]
    public void A_state_request_of_another_shape_is_refused(string text) =>
        Assert.False(RequestJson.TryReadStateRequest(Encoding.UTF8.GetBytes(text), out _, out _));

    [Fact]
    public void A_monitor_request_names_its_generation()
    {
        Assert.True(RequestJson.TryReadMonitor("{\"gen\":18446744073709551615}"u8.ToArray(), out var gen, out _));
        Assert.Equal(ulong.MaxValue, gen);
        Assert.False(RequestJson.TryReadMonitor("{}"u8.ToArray(), out _, out var error));
        Assert.Equal("missing field `gen`", error);
    }

    [Fact]
    public void A_replacement_request_is_text_and_may_have_unknown_neighbours()
    {
        Assert.True(RequestJson.TryReadVcrReplace("{\"vcr_json\":\"{ }\",\"x\":1}"u8.ToArray(), out var vcr, out _));
        Assert.Equal("{ }", vcr);
        Assert.False(RequestJson.TryReadVcrReplace("{\"vcr_json\":{}}"u8.ToArray(), out _, out var error));
        Assert.Equal("vcr_json: expected a string", error);
    }

    private static string WithComponents(string components) =>
        Minimal.Replace("\"components\":{}", $"\"components\":{{{components}}}", StringComparison.Ordinal);

    private static EnsureRequest Read(string text)
    {
        Assert.True(
            RequestJson.TryReadEnsure(Encoding.UTF8.GetBytes(text), SpecFormat.V3, out var request, out var error),
            error);
        return request!;
    }

    private static InstanceSpec ReadSpec(string text)
    {
        Assert.True(
            RequestJson.TryReadSpec(Encoding.UTF8.GetBytes(text), SpecFormat.V3, out var spec, out var error), error);
        return spec!;
    }

    private static void AssertRefused(string text, string expected)
    {
        Assert.False(RequestJson.TryReadSpec(Encoding.UTF8.GetBytes(text), SpecFormat.V3, out _, out var error));
        Assert.Equal(expected, error);
    }

    private static void AssertNoSecret(string? error)
    {
        Assert.NotNull(error);
        Assert.DoesNotContain("sEcReT", error, StringComparison.Ordinal);
    }

    private static void AssertSameJson(string expected, byte[] actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(actual)),
            Encoding.UTF8.GetString(actual));
}
