namespace PropolisActors.Gateway.Tests;

/// <summary>A sound spec that cannot become a machine: 500, a VM that shows why, and room for another.</summary>
public sealed class FailedEnsureTests : IAsyncLifetime
{
    private const string Path4 = """{"bus":0,"device":4,"function":0}""";
    private GatewayServer _server = null!;

    /// <summary>Components beside com1, each with what is wrong about it.</summary>
    public static TheoryData<string, string> Unbuildable => new()
    {
        { Socket(2, Path4), "guest_cid" },
        { Socket(4_294_967_296, Path4), "guest_cid" },
        { Socket(3, """{"bus":1,"device":4,"function":0}"""), "no bridge" },
        { Socket(3, """{"bus":0,"device":1,"function":3}"""), "chipset" },
        {
            """
            "a":{"type":"pci_pci_bridge","component":{"downstream_bus":1,"pci_path":{"bus":0,"device":4,"function":0} } },
            "b":{"type":"pci_pci_bridge","component":{"downstream_bus":1,"pci_path":{"bus":0,"device":5,"function":0} } }
            """,
            "same number"
        },
        { Disk("""{"type":"crucible_storage_backend","component":{"request_json":"no VCR","readonly":false} }"""), "volume" },
        { Disk("""{"type":"blob_storage_backend","component":{"base64":"!","readonly":false} }"""), "base64" },
        { Disk("""{"type":"blob_storage_backend","component":{"base64":"","readonly":false} }"""), "512" },
        {
            Disk("""{"type":"file_storage_backend","component":{"path":"/no/such/file","readonly":true,"block_size":512} }"""),
            "disk"
        },
    };

    public async Task InitializeAsync() => _server = await GatewayServer.StartLiveAsync();

    public Task DisposeAsync() => _server.DisposeAsync().AsTask();

    [Theory]
    [MemberData(nameof(Unbuildable))]
    public async Task An_ensure_that_cannot_be_built_is_500_and_leaves_a_failed_vm_that_says_why(string component, string why)
    {
        await EnsureFailsAsync(Samples.Spec.Replace(
            "\"components\":{", $"\"components\":{{{component},", StringComparison.Ordinal), why);
    }

    [Theory]
    [InlineData("\"cpus\":2", "\"cpus\":0", "cpus")]
    [InlineData("\"cpus\":2", "\"cpus\":255", "cpus")]
    [InlineData("\"memory_mb\":512", "\"memory_mb\":18446744073709551615", "memory_mb")]
    [InlineData("\"num\":\"com1\"", "\"num\":\"com2\"", "com1")]
    public async Task A_board_that_no_host_has_fails_the_same_way(string sound, string unsound, string why) =>
        await EnsureFailsAsync(Samples.Spec.Replace(sound, unsound, StringComparison.Ordinal), why);

    [Fact]
    public async Task An_unsound_spec_is_400_before_it_is_looked_at_whether_there_is_a_vm_already()
    {
        Assert.Equal(201, (await _server.Http.SendAsync("PUT", "/instance", Samples.Ensure())).Status);
        var unsound = Samples.Ensure(Samples.Spec.Replace(
            "\"components\":{", "\"components\":{\"com2\":{\"type\":\"serial_port\",\"component\":{\"num\":\"com1\"}},",
            StringComparison.Ordinal));
        var refused = await _server.Http.SendAsync("PUT", "/instance", unsound);
        Assert.Equal(
            (400, "failed to generate internal instance spec: serial port Com1 is already specified"),
            (refused.Status, refused.Message));
        Assert.Equal(409, (await _server.Http.SendAsync("PUT", "/instance", Samples.Ensure())).Status);
    }

    private async Task EnsureFailsAsync(string spec, string why)
    {
        var failed = await _server.Http.SendAsync("PUT", "/instance", Samples.Ensure(spec));
        Assert.Equal(
            (500, "Internal", "Internal Server Error"), (failed.Status, failed.ErrorCode, failed.Message));

        var state = await _server.Http.SendAsync("GET", "/instance/state-monitor", """{"gen":0}""");
        Assert.Equal((200, 2, "Failed"), (
            state.Status, state.Json.GetProperty("gen").GetInt32(), state.Json.GetProperty("state").GetString()));
        var shown = await _server.Http.SendAsync("GET", "/vms/default/waiting");
        Assert.Contains(why, shown.Json.GetProperty("failure_reason").GetString(), StringComparison.Ordinal);
        Assert.Equal(200, (await _server.Http.SendAsync("GET", "/instance/spec")).Status);
        // The reference hangs on this one.
        var beyond = await _server.Http.SendAsync("GET", "/instance/state-monitor", """{"gen":3}""");
        Assert.Equal((410, "NoInstance"), (beyond.Status, beyond.ErrorCode));
        Assert.Equal(424, (await _server.Http.SendAsync("PUT", "/instance/state", "\"Run\"")).Status);
        Assert.Equal(424, (await _server.Http.SendAsync("GET", "/instance/serial/history?from_start=0")).Status);

        Assert.Equal(201, (await _server.Http.SendAsync("PUT", "/instance", Samples.Ensure())).Status);
        var next = await _server.Http.SendAsync("GET", "/instance/state-monitor", """{"gen":0}""");
        Assert.Equal((1, "Creating"), (
            next.Json.GetProperty("gen").GetInt32(), next.Json.GetProperty("state").GetString()));
    }

    private static string Socket(ulong cid, string path) =>
        $$"""  "s":{"type":"virtio_socket","component":{"guest_cid":{{cid}},"pci_path":{{path}} } }  """;

    private static string Disk(string backend) =>
        $$"""  "d":{"type":"virtio_disk","component":{"backend_id":"b","pci_path":{{Path4}} } },"b":{{backend}}  """;
}
