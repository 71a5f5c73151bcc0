using System.Text;
using Propolis.Core.Api;

namespace PropolisActors.Gateway.Tests;

public sealed class RequestRulesTests : IAsyncLifetime
{
    private const string Monitor = "/instance/state-monitor";
    private GatewayServer _server = null!;

    public async Task InitializeAsync() => _server = await GatewayServer.StartAsync(ScriptedDirectory.Empty);

    public Task DisposeAsync() => _server.DisposeAsync().AsTask();

    [Theory]
    [InlineData("5.0.0")]
    [InlineData("0.1.0")]
    [InlineData("4.7.3")]
    [InlineData("5.0.0-rc1")]
    [InlineData("1.0.0-x.7.z.92+build.01")]
    [InlineData("5.0.0+anything")]
    public async Task A_version_up_to_the_newest_is_accepted(string version)
    {
        var response = await _server.Http.SendWithAsync("GET", "/instance", null, $"api-version: {version}");
        Assert.Equal(424, response.Status);
    }

    [Theory]
    [InlineData("5.0.1")]
    [InlineData("6.0.0-alpha")]
    [InlineData("5.0.1-alpha")]
    [InlineData("18446744073709551615.0.0")]
    public async Task A_version_after_the_newest_is_refused(string version)
    {
        var response = await _server.Http.SendWithAsync("GET", "/instance", null, $"api-version: {version}");
        Assert.Equal(
            (400, $"server does not support this API version: {version}", null),
            (response.Status, response.Message, response.ErrorCode));
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("5.0")]
    [InlineData("v5.0.0")]
    [InlineData("05.0.0")]
    [InlineData("5.0.0-")]
    [InlineData("5.0.0-01")]
    [InlineData("5.0.0-a..b")]
    [InlineData("5.0.0+")]
    [InlineData("5.0.0.0")]
    [InlineData("18446744073709551616.0.0")]
    [InlineData("5.0.\u00b2")]
    [InlineData("\u00ff\u00fe")]
    public async Task A_header_that_is_no_version_is_refused(string version)
    {
        var response = await _server.Http.SendWithAsync("GET", "/instance", null, $"api-version: {version}");
        Assert.Equal(400, response.Status);
        Assert.StartsWith("bad value for header \"api-version\": ", response.Message, StringComparison.Ordinal);
        Assert.Null(response.ErrorCode);
    }

    [Theory]
    [InlineData("GET", "/instance")]
    [InlineData("GET", "/nowhere")]
    [InlineData("BREW", "/instance")]
    [InlineData("GET", "/instance/serial")]
    [InlineData("GET", "/../x")]
    public async Task A_missing_version_is_said_before_anything_else(string method, string target)
    {
        var response = await _server.Http.SendWithAsync(method, target, null);
        Assert.Equal((400, "missing expected header \"api-version\""), (response.Status, response.Message));
    }

    [Fact]
    public async Task Every_error_has_the_same_shape_and_its_own_request_id()
    {
        var first = await _server.Http.SendAsync("GET", "/nowhere");
        var second = await _server.Http.SendAsync("GET", "/nowhere");

        Assert.Equal((404, "Not Found", null), (first.Status, first.Message, first.ErrorCode));
        Assert.Equal("application/json", first.Headers["content-type"]);
        var id = first.Headers["x-request-id"];
        Assert.Equal(id, first.Json.GetProperty("request_id").GetString());
        Assert.Equal('4', id[14]);
        Assert.NotEqual(id, second.Headers["x-request-id"]);
        Assert.False(first.Json.TryGetProperty("error_code", out _));
    }

    [Theory]
    [InlineData("POST", "/instance", "GET, PUT")]
    [InlineData("HEAD", "/instance", "GET, PUT")]
    [InlineData("get", "/instance", "GET, PUT")]
    [InlineData("GET", "/instance/state", "PUT")]
    [InlineData("PUT", "/vms/a/instance/spec", "GET")]
    [InlineData("DELETE", "/instance/disk/x/vcr", "PUT")]
    [InlineData("GET", "/instance/nmi", "POST")]
    [InlineData("PUT", "/vms/a/instance/disk/x/snapshot/y", "POST")]
    public async Task A_wrong_method_on_a_known_path_is_405_with_the_right_ones(string method, string target, string allow)
    {
        var response = await _server.Http.SendAsync(method, target, null, "connection: close");
        Assert.Equal((405, allow), (response.Status, response.Headers["allow"]));
        if (method != "HEAD")
            Assert.Equal(("Method Not Allowed", null), (response.Message, response.ErrorCode));
    }

    [Theory]
    [InlineData("/instance", 424)]
    [InlineData("//instance//", 424)]
    [InlineData("/inst%61nce", 424)]
    [InlineData("/instance?anything=%zz", 424)]
    [InlineData("http://elsewhere:1/instance", 424)]
    [InlineData("/vms/a-1_x.y/instance", 424)]
    [InlineData("/instance/disk/a%2Fb/status", 424)]
    [InlineData("/Instance", 404)]
    [InlineData("/instance/", 424)]
    [InlineData("/instance/disk/status", 404)]
    [InlineData("/vms/a", 424)]
    [InlineData("/", 404)]
    [InlineData("/instance%2Fspec", 404)]
    [InlineData("/instance/./spec", 400)]
    [InlineData("/instance/../instance", 400)]
    [InlineData("/instance/%2e%2e", 400)]
    [InlineData("/instance/disk/%ff/status", 400)]
    [InlineData("/vms/%20/instance", 400)]
    [InlineData("/vms/-a/instance", 400)]
    [InlineData("/vms/%C3%A4/instance", 400)]
    [InlineData("/vms/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/instance", 400)]
    public async Task Paths_are_cut_and_decoded_by_the_contracts_rules(string target, int status)
    {
        var response = await _server.Http.SendAsync("GET", target);
        Assert.Equal(status, response.Status);
        Assert.NotEmpty(response.Message);
    }

    [Fact]
    public async Task A_bad_vm_name_is_a_bad_path_parameter()
    {
        var response = await _server.Http.SendAsync("PUT", "/vms/a%20b/instance/state", "not json");
        Assert.StartsWith("bad parameter in URL path: ", response.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("11111111-1111-4111-8111-111111111111", 424)]
    [InlineData("11111111111141118111111111111111", 424)]
    [InlineData("urn:uuid:11111111-1111-4111-8111-111111111111", 424)]
    [InlineData("%7B11111111-1111-4111-8111-111111111111%7D", 424)]
    [InlineData("11111111-1111-4111-8111-11111111111", 400)]
    [InlineData("x", 400)]
    public async Task A_snapshot_id_is_a_uuid_in_any_of_the_usual_forms(string id, int status)
    {
        var response = await _server.Http.SendAsync("POST", $"/instance/disk/d/snapshot/{id}");
        Assert.Equal(status, response.Status);
        if (status == 400)
            Assert.Equal(("bad parameter in URL path: snapshot_id is not a UUID", null), (response.Message, response.ErrorCode));
    }

    [Theory]
    [InlineData(null, 424, "")]
    [InlineData("application/json", 424, "")]
    [InlineData("Application/JSON; charset=utf-8", 424, "")]
    [InlineData("application/problem+json", 424, "")]
    [InlineData("text/plain", 400, "unsupported content-type: text/plain")]
    [InlineData("application/+json", 400, "unsupported content-type: application/+json")]
    [InlineData("multipart/form-data; boundary=x", 400, "expected content type \"application/json\", got \"multipart/form-data\"")]
    [InlineData("application/octet-stream", 400, "expected content type \"application/json\", got \"application/octet-stream\"")]
    public async Task Content_types_are_judged_by_the_contracts_rules(string? type, int status, string message)
    {
        string[] headers = type is null ? [] : [$"content-type: {type}"];
        var response = await _server.Http.SendAsync("PUT", "/instance/state", "\"Run\"", headers);
        Assert.Equal(status, response.Status);
        if (status == 400)
            Assert.Equal(message, response.Message);
    }

    [Theory]
    [InlineData("PUT", "/instance", "")]
    [InlineData("PUT", "/instance", "{")]
    [InlineData("PUT", "/instance", "[]")]
    [InlineData("PUT", "/instance", "{\"properties\":{}}")]
    [InlineData("PUT", "/instance/state", "\"run\"")]
    [InlineData("PUT", "/instance/state", "{\"Run\":1}")]
    [InlineData("PUT", "/instance/state", "\"Run\" x")]
    [InlineData("GET", Monitor, "{}")]
    [InlineData("GET", Monitor, "{\"gen\":-1}")]
    [InlineData("GET", Monitor, "{\"gen\":18446744073709551616}")]
    [InlineData("GET", Monitor, null)]
    [InlineData("PUT", "/instance/disk/x/vcr", "{\"vcr_json\":{}}")]
    [InlineData("PUT", "/instance/disk/x/vcr", "\u0000\u0001")]
    public async Task A_malformed_body_is_said_before_a_missing_vm(string method, string target, string? body)
    {
        var response = await _server.Http.SendAsync(method, target, body);
        Assert.Equal(400, response.Status);
        Assert.StartsWith("unable to parse JSON body: ", response.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_of_exactly_the_limit_is_read_and_one_more_byte_is_refused()
    {
        var limit = "\"Run\"".PadRight(ApiLimits.BodyBytesMax);
        Assert.Equal(424, (await _server.Http.SendAsync("PUT", "/instance/state", limit)).Status);
        var response = await _server.Http.SendAsync("PUT", "/instance/state", limit + " ");
        Assert.Equal(
            (400, "request body exceeded maximum size of 1048576 bytes"), (response.Status, response.Message));
    }

    [Fact]
    public async Task A_chunked_body_is_read_and_held_to_the_limit()
    {
        static byte[] Chunked(int spaces) =>
        [
            .. RawHttp.Request("PUT", "/instance/state", null, "api-version: 5.0.0", "transfer-encoding: chunked"),
            .. Encoding.ASCII.GetBytes($"5\r\n\"Run\"\r\n{spaces:x}\r\n{new string(' ', spaces)}\r\n0\r\n\r\n"),
        ];
        Assert.Equal(424, (await _server.Http.SendBytesAsync(Chunked(1000))).Status);
        Assert.Equal(400, (await _server.Http.SendBytesAsync(Chunked(ApiLimits.BodyBytesMax - 4))).Status);
    }

    [Fact]
    public async Task A_badly_chunked_body_is_refused_with_the_usual_shape()
    {
        byte[] request =
        [
            .. RawHttp.Request("PUT", "/instance/state", null, "api-version: 5.0.0", "transfer-encoding: chunked"),
            .. "zz\r\n"u8,
        ];
        var response = await _server.Http.SendBytesAsync(request);
        Assert.Equal(400, response.Status);
        Assert.NotEmpty(response.Message);
    }

    [Fact]
    public async Task An_unsound_spec_is_said_before_a_missing_vm()
    {
        var spec = Samples.Spec.Replace(
            "\"components\":{", "\"components\":{\"lonely\":{\"type\":\"virtio_network_backend\",\"component\":{\"vnic_name\":\"x\"}},",
            StringComparison.Ordinal);
        var response = await _server.Http.SendAsync("PUT", "/instance", Samples.Ensure(spec));
        Assert.Equal(
            (400, "failed to generate internal instance spec: backend lonely not used by any device", null),
            (response.Status, response.Message, response.ErrorCode));
    }

    [Fact]
    public async Task A_migration_target_is_the_directorys_to_decide()
    {
        var body = Samples.Ensure().Split("\"init\"")[0]
            + $$$"""
            "init":{"method":"MigrationTarget","value":{"migration_id":"{{{Samples.Id}}}","src_addr":"[::1]:1","replace_components":{} } } }
            """;
        var response = await _server.Http.SendAsync("PUT", "/instance", body);
        Assert.Equal((424, "NoInstance"), (response.Status, response.ErrorCode));
    }

    [Theory]
    [InlineData("/instance/serial/history?from_start=x")]
    [InlineData("/instance/serial/history?from_start=-1")]
    [InlineData("/instance/serial/history?from_start=")]
    [InlineData("/instance/serial/history?from_start=1&from_start=1")]
    [InlineData("/instance/serial/history?max_bytes=18446744073709551616")]
    [InlineData("/instance/serial/history?from_start=%ff")]
    [InlineData("/instance/serial?most_recent=1.5")]
    public async Task A_bad_query_is_refused(string target)
    {
        var response = await _server.Http.SendAsync("GET", target);
        Assert.Equal(400, response.Status);
        Assert.StartsWith("unable to parse query string: ", response.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?from_start=0&most_recent=0")]
    [InlineData("?from_start=0&unknown=x")]
    public async Task History_without_a_vm_is_424_whatever_the_query(string query) =>
        Assert.Equal(424, (await _server.Http.SendAsync("GET", "/instance/serial/history" + query)).Status);

    [Theory]
    [InlineData("expected connection upgrade")]
    [InlineData("expected connection upgrade", "connection: close", "upgrade: websocket")]
    [InlineData("unexpected protocol for upgrade", "connection: keep-alive, Upgrade", "upgrade: h2c")]
    [InlineData("missing or invalid websocket version", "connection: upgrade", "upgrade: WebSocket")]
    [InlineData("missing or invalid websocket version", "connection: upgrade", "upgrade: websocket", "sec-websocket-version: 12")]
    [InlineData("missing websocket key", "connection: upgrade", "upgrade: websocket", "sec-websocket-version: 13")]
    [InlineData("missing websocket key", "connection: upgrade", "upgrade: websocket", "sec-websocket-version: 13", "sec-websocket-key: x")]
    public async Task An_upgrade_is_checked_in_the_contracts_order(string message, params string[] headers)
    {
        var response = await _server.Http.SendAsync("GET", "/instance/serial", null, headers);
        Assert.Equal((400, message, null), (response.Status, response.Message, response.ErrorCode));
    }

    [Fact]
    public async Task A_console_without_a_vm_opens_and_is_dropped_without_a_close_frame()
    {
        using var connection = await _server.Http.ConnectAsync();
        await connection.GetStream().WriteAsync(RawHttp.Request("GET", "/instance/serial", null, "api-version: 5.0.0",
            "connection: upgrade", "upgrade: websocket", "sec-websocket-version: 13", "sec-websocket-key: MDEyMzQ1Njc4OWFiY2RlZg=="));
        var response = await RawHttp.ReadAsync(connection);
        Assert.Equal(101, response.Status);
        Assert.Contains("x-request-id", response.Headers.Keys);
        var rest = await connection.GetStream().ReadAsync(new byte[10]).AsTask().WaitAsync(RawHttp.Patience);
        Assert.Equal(("", 0), (response.Body, rest));
    }

    [Fact]
    public async Task Rubbish_leaves_the_service_standing()
    {
        // A fixed generator: every run sends the same rubbish.
        var state = 7u;
        for (var i = 0; i < 50; i++)
        {
            var rubbish = new byte[1 + (i * 13)];
            for (var j = 0; j < rubbish.Length; j++)
                rubbish[j] = (byte)((state = (state * 1664525) + 1013904223) >> 24);
            using var connection = await _server.Http.ConnectAsync();
            var stream = connection.GetStream();
            if (i % 2 == 0)
                await stream.WriteAsync("PUT /instance/state HTTP/1.1\r\nhost: x\r\napi-version: 5.0.0\r\ncontent-length: 9\r\n\r\n"u8.ToArray());
            await stream.WriteAsync(rubbish);
        }

        Assert.Equal(424, (await _server.Http.SendAsync("GET", "/instance")).Status);
    }
}
