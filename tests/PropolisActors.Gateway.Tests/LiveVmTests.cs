using System.Net.WebSockets;
using System.Text;

namespace PropolisActors.Gateway.Tests;

/// <summary>The gateway in front of the real actors and a simulated machine without disks.</summary>
public sealed class LiveVmTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = RawHttp.Patience;
    private GatewayServer _server = null!;

    public async Task InitializeAsync() => _server = await GatewayServer.StartLiveAsync();

    public Task DisposeAsync() => _server.DisposeAsync().AsTask();

    [Fact]
    public async Task A_vm_goes_through_its_life()
    {
        Assert.Equal(424, (await _server.Http.SendAsync("PUT", "/instance/state", "\"Run\"")).Status);

        var ensured = await _server.Http.SendAsync("PUT", "/instance", Samples.Ensure());
        Assert.Equal((201, """{"migrate":null}"""), (ensured.Status, ensured.Body));
        var again = await _server.Http.SendAsync("PUT", "/instance", Samples.Ensure());
        Assert.Equal(
            (409, "AlreadyInitialized", "instance already initialized"), (again.Status, again.ErrorCode, again.Message));
        var reboot = await _server.Http.SendAsync("PUT", "/instance/state", "\"Reboot\"");
        Assert.Equal(
            (403, "instance state change not allowed: Operation requires an active instance", "Forbidden"),
            (reboot.Status, reboot.ErrorCode, reboot.Message));

        var run = await _server.Http.SendAsync("PUT", "/instance/state", "\"Run\"");
        Assert.Equal((204, ""), (run.Status, run.Body));
        await _server.UntilAsync("Running");
        var got = await _server.Http.SendAsync("GET", "/instance");
        Assert.Equal("Running", got.Json.GetProperty("instance").GetProperty("state").GetString());
        Assert.Equal(Samples.Id, got.Json.GetProperty("instance").GetProperty("properties").GetProperty("id").GetString());
        var disk = await _server.Http.SendAsync("GET", "/instance/disk/nope/status");
        Assert.Equal((404, "No crucible backend for id nope", "Not Found"), (disk.Status, disk.ErrorCode, disk.Message));

        Assert.Equal(204, (await _server.Http.SendAsync("PUT", "/instance/state", "\"Stop\"")).Status);
        var last = await _server.UntilAsync("Destroyed");
        var beyond = await _server.Http.SendAsync("GET", "/instance/state-monitor", $$"""{"gen":{{last + 1}}}""");
        Assert.Equal(
            (410, "NoInstance", $"No instance present; will never reach generation {last + 1}"),
            (beyond.Status, beyond.ErrorCode, beyond.Message));
        Assert.Equal(424, (await _server.Http.SendAsync("PUT", "/instance/state", "\"Run\"")).Status);
        Assert.Equal(201, (await _server.Http.SendAsync("PUT", "/instance", Samples.Ensure())).Status);
    }

    [Fact]
    public async Task A_vm_that_has_ended_is_deleted_and_then_unknown()
    {
        Assert.Equal(404, (await _server.Http.SendAsync("DELETE", "/vms/default")).Status);
        await _server.Http.SendAsync("PUT", "/instance", Samples.Ensure());
        var running = await _server.Http.SendAsync("DELETE", "/vms/default");
        Assert.Equal((409, "NotEnded"), (running.Status, running.ErrorCode));
        await _server.Http.SendAsync("PUT", "/instance/state", "\"Stop\"");
        await _server.UntilAsync("Destroyed");

        var deleted = await _server.Http.SendAsync("DELETE", "/vms/default");

        Assert.Equal((204, ""), (deleted.Status, deleted.Body));
        Assert.Equal(404, (await _server.Http.SendAsync("DELETE", "/vms/default")).Status);
        Assert.Equal(424, (await _server.Http.SendAsync("GET", "/instance")).Status);
        Assert.Equal("""{"vms":[]}""", (await _server.Http.SendAsync("GET", "/vms")).Body);
    }

    [Fact]
    public async Task Vms_below_their_names_do_not_see_each_other()
    {
        Assert.Equal(201, (await _server.Http.SendAsync("PUT", "/vms/one/instance", Samples.Ensure())).Status);
        Assert.Equal(201, (await _server.Http.SendAsync("PUT", "/vms/two/instance", Samples.Ensure())).Status);
        Assert.Equal(424, (await _server.Http.SendAsync("GET", "/instance")).Status);
        Assert.Equal(204, (await _server.Http.SendAsync("PUT", "/vms/two/instance/state", "\"Run\"")).Status);
        await _server.UntilAsync("Running", "/vms/two");
        var one = await _server.Http.SendAsync("GET", "/vms/one/instance");
        Assert.Equal("Creating", one.Json.GetProperty("instance").GetProperty("state").GetString());
    }

    [Fact]
    public async Task The_spec_is_shown_in_each_versions_form()
    {
        await _server.Http.SendAsync("PUT", "/instance", Samples.Ensure());
        foreach (var (version, member) in new[] { ("1.4.0", "version"), ("2.0.0", "smbios"), ("5.0.0", "smbios") })
        {
            var response = await _server.Http.SendWithAsync("GET", "/instance/spec", null, $"api-version: {version}");
            var spec = response.Json.GetProperty("spec");
            Assert.Equal("Present", spec.GetProperty("type").GetString());
            Assert.True(spec.GetProperty("value").TryGetProperty(member, out _), version);
        }
    }

    [Fact]
    public async Task The_console_shows_history_takes_input_and_closes_when_the_vm_stops()
    {
        await _server.Http.SendAsync("PUT", "/instance", Samples.Ensure());
        await _server.Http.SendAsync("PUT", "/instance/state", "\"Run\"");
        using var early = await ConnectAsync("from_start=0");
        await ReadToAsync(early, "ready\r\n> ");
        using var live = await ConnectAsync("");

        await live.SendAsync("ignored"u8.ToArray(), WebSocketMessageType.Text, true, CancellationToken.None);
        await live.SendAsync("he"u8.ToArray(), WebSocketMessageType.Binary, true, CancellationToken.None);
        await live.SendAsync("lp\r"u8.ToArray(), WebSocketMessageType.Binary, true, CancellationToken.None);
        var shown = await ReadToAsync(early, "Ctrl-C gives a command up\r\n> ");
        Assert.StartsWith("help\r\n", shown, StringComparison.Ordinal);
        await ReadToAsync(live, "Ctrl-C gives a command up\r\n> ");

        var history = await _server.Http.SendAsync("GET", "/instance/serial/history?most_recent=2&max_bytes=5");
        Assert.Equal((200, "[62,32]"), (history.Status, history.Json.GetProperty("data").GetRawText()));
        var neither = await _server.Http.SendAsync("GET", "/instance/serial/history");
        Assert.Equal(
            (400, "Exactly one of 'from_start' or 'most_recent' must be specified."), (neither.Status, neither.Message));

        await _server.Http.SendAsync("PUT", "/instance/state", "\"Stop\"");
        Assert.Equal((WebSocketCloseStatus.EndpointUnavailable, "VM stopped"), await ReadToCloseAsync(early));
        Assert.Equal((WebSocketCloseStatus.EndpointUnavailable, "VM stopped"), await ReadToCloseAsync(live));
        await _server.UntilAsync("Destroyed");
    }

    [Fact]
    public async Task A_client_that_closes_its_console_leaves_the_others_alone()
    {
        await _server.Http.SendAsync("PUT", "/instance", Samples.Ensure());
        await _server.Http.SendAsync("PUT", "/instance/state", "\"Run\"");
        using var polite = await ConnectAsync("from_start=0");
        using var rude = await ConnectAsync("from_start=0");
        using var other = await ConnectAsync("from_start=0");
        await ReadToAsync(other, "ready\r\n> ");
        await polite.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None).WaitAsync(Patience);
        Assert.Equal(WebSocketState.Closed, polite.State);
        rude.Abort();
        await other.SendAsync("disks\rhelp\r"u8.ToArray(), WebSocketMessageType.Binary, true, CancellationToken.None);
        await ReadToAsync(other, "Ctrl-C gives a command up\r\n> ");
    }

    [Fact]
    public async Task A_stopping_service_drops_its_consoles_at_once()
    {
        await _server.Http.SendAsync("PUT", "/instance", Samples.Ensure());
        await _server.Http.SendAsync("PUT", "/instance/state", "\"Run\"");
        using var socket = await ConnectAsync("from_start=0");
        await ReadToAsync(socket, "ready\r\n> ");

        await _server.StopHttpAsync();

        await Assert.ThrowsAsync<WebSocketException>(
            () => socket.ReceiveAsync(new byte[100], CancellationToken.None).WaitAsync(Patience));
    }

    private async Task<ClientWebSocket> ConnectAsync(string query)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("api-version", "5.0.0");
        await socket.ConnectAsync(new Uri($"ws://{_server.Address}/instance/serial?{query}"), CancellationToken.None).WaitAsync(Patience);
        return socket;
    }

    private static async Task<string> ReadToAsync(ClientWebSocket socket, string text)
    {
        var seen = new StringBuilder();
        var buffer = new byte[20_000];
        while (!seen.ToString().Contains(text, StringComparison.Ordinal))
        {
            var received = await socket.ReceiveAsync(buffer, CancellationToken.None).WaitAsync(Patience);
            Assert.Equal(WebSocketMessageType.Binary, received.MessageType);
            seen.Append(Encoding.ASCII.GetString(buffer, 0, received.Count));
        }

        return seen.ToString();
    }

    private static async Task<(WebSocketCloseStatus?, string?)> ReadToCloseAsync(ClientWebSocket socket)
    {
        var buffer = new byte[20_000];
        while ((await socket.ReceiveAsync(buffer, CancellationToken.None).WaitAsync(Patience)).MessageType != WebSocketMessageType.Close)
        {
        }

        return (socket.CloseStatus, socket.CloseStatusDescription);
    }
}
