namespace PropolisActors.Gateway.Tests;

/// <summary>Disks without servers: files of this host, and the read-only ones that come with the spec.</summary>
public sealed class LocalDiskTests : IAsyncLifetime
{
    private readonly string _file = Path.GetTempFileName();
    private GatewayServer _server = null!;

    public async Task InitializeAsync()
    {
        await File.WriteAllBytesAsync(_file, new byte[64 * 512]);
        _server = await GatewayServer.StartLiveAsync();
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        File.Delete(_file);
    }

    [Fact]
    public async Task A_guest_writes_a_file_disk_and_finds_it_again_in_its_next_life()
    {
        var spec = Spec($$"""
            {"type":"file_storage_backend","component":{"path":"{{_file}}","readonly":false,"block_size":512,"workers":40} }
            """);
        await BootAsync(spec);
        Assert.Contains("64 blocks of 512 bytes, read-write", await CommandAsync("disks"), StringComparison.Ordinal);
        Assert.Contains("write b ok 31 blocks", await CommandAsync("write b 7"), StringComparison.Ordinal);
        await StopAsync();
        Assert.Contains((await File.ReadAllBytesAsync(_file)).Skip(512), static b => b != 0);

        await BootAsync(spec);
        Assert.Contains("verify b ok 31 blocks", await CommandAsync("verify b 7"), StringComparison.Ordinal);
        await StopAsync();
    }

    [Theory]
    [InlineData("file_storage_backend")]
    [InlineData("blob_storage_backend")]
    public async Task A_read_only_disk_takes_no_writes(string kind)
    {
        var component = kind == "file_storage_backend"
            ? $$"""{"path":"{{_file}}","readonly":true,"block_size":512}"""
            : $$"""{"base64":"{{Convert.ToBase64String(new byte[64 * 512])}}","readonly":true}""";
        await BootAsync(Spec($$"""{"type":"{{kind}}","component":{{component}} }"""));
        Assert.Contains("64 blocks of 512 bytes, read-only", await CommandAsync("disks"), StringComparison.Ordinal);
        Assert.Contains("write b error at block 1", await CommandAsync("write b 7"), StringComparison.Ordinal);
        Assert.Equal(404, (await _server.Http.SendAsync("GET", "/instance/disk/b/status")).Status);
        await StopAsync();
    }

    [Theory]
    [InlineData("file", """{"path":"/no/such/file","readonly":true,"block_size":512}""", "/no/such/file")]
    [InlineData("file", """{"path":"/","readonly":false,"block_size":512}""", "denied")]
    [InlineData("file", """{"path":"/","readonly":true,"block_size":1000}""", "power of two")]
    [InlineData("blob", """{"base64":"AA==","readonly":true}""", "512")]
    public async Task A_local_disk_that_cannot_be_opened_fails_its_vm_with_the_reason(string kind, string component, string why)
    {
        var backend = $$"""{"type":"{{kind}}_storage_backend","component":{{component}} }""";
        Assert.Equal(500, (await _server.Http.SendAsync("PUT", "/instance", Samples.Ensure(Spec(backend)))).Status);
        var shown = await _server.Http.SendAsync("GET", "/vms/default/waiting");
        Assert.Contains(why, shown.Json.GetProperty("failure_reason").GetString(), StringComparison.Ordinal);
    }

    private async Task BootAsync(string spec)
    {
        var ensured = await _server.Http.SendAsync("PUT", "/instance", Samples.Ensure(spec));
        Assert.Equal(201, ensured.Status);
        await _server.Http.SendAsync("PUT", "/instance/state", "\"Run\"");
        await _server.UntilAsync("Running");
        using var console = await TestConsole.OpenAsync(_server);
        await console.ReadToAsync("> ");
    }

    /// <summary>What the guest says to a command.</summary>
    private async Task<string> CommandAsync(string command)
    {
        using var console = await TestConsole.OpenAsync(_server, "");
        await console.TypeAsync(command + "\r");
        return await console.ReadToAsync("\r\n> ");
    }

    private async Task StopAsync()
    {
        await _server.Http.SendAsync("PUT", "/instance/state", "\"Stop\"");
        await _server.UntilAsync("Destroyed");
    }

    private static string Spec(string backend) => Samples.Spec.Replace("\"components\":{", $$"""
        "components":{"d":{"type":"virtio_disk","component":{"backend_id":"b","pci_path":{"bus":0,"device":4,"function":0} } },
        "b":{{backend}},
        """, StringComparison.Ordinal);
}
