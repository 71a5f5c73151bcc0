using System.Globalization;
using System.Text;

namespace PropolisActors.Gateway.Tests.Fuzz;

/// <summary>Makes requests that are right, nearly right, and not at all, from one seed.</summary>
internal sealed class RequestFuzzer(int seed)
{
    /// <summary>A key of a disk: it may come back in a spec and nowhere else.</summary>
    public const string Key = "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0MTI=";

    private const string Disk = "33333333-3333-4333-8333-333333333333";
    private const int BodyBytesMax = 1024 * 1024;

    private static readonly string[] Methods =
        ["GET", "PUT", "POST", "DELETE", "HEAD", "OPTIONS", "PATCH", "TRACE", "get", "G\u00cbT", "CONNECT", ""];

    private static readonly string[] Pieces =
    [
        "%2e%2e", "..", ".", "//", "%00", "%", "%zz", "\u00e4", "%ff", "a%2fb", "instance", "disk", "vcr", "vms", "*", "?", "#", "\0",
        "http://", " ", "{id}", "events", new string('a', 70), new string('/', 40),
    ];

    private static readonly string[] Tokens =
    [
        "null", "{}", "[]", "\"\"", "-1", "1e999", "18446744073709551616", "\"\\ud800\"", "\\u0000", "true", ",", ":", "\"", "{", "[",
        "\"gen\":", "\"type\":\"volume\",", new string('[', 200), Key,
    ];

    private static readonly string[] Headers =
    [
        "api-version: 5.0.1", "api-version: 1.0.0", "api-version: x", "api-version:", "content-type: text/plain",
        "content-type: application/x+json", "content-type: ;", "content-type: application/json; charset=utf-16", "expect: 100-continue",
        "upgrade: h2c", "connection: upgrade", "transfer-encoding: gzip", "transfer-encoding: identity", "authorization: Bearer x",
        "last-event-id: 0000000000000000-1", "host: a b", "cookie: \u00e9", ": empty", "no colon", "x: " + new string('y', 9000),
        "sec-websocket-key: short", "accept-encoding: gzip", "range: bytes=0-1", "if-none-match: *",
    ];

    private readonly Random _random = new(seed);

    public FuzzRequest Next() => _random.Next(12) switch
    {
        0 or 1 => Plain(),
        2 or 3 => MutatedBody(),
        4 => MutatedTarget(),
        5 => MutatedHead(),
        6 => BodyAtTheLimit(),
        7 => BrokenChunks(),
        8 => WebSocket(),
        9 => CutShort(),
        10 => Noise(),
        _ => Several(),
    };

    /// <summary>Something a client may well send.</summary>
    private (string Method, string Target, string? Body) Right()
    {
        var vm = Pick("", "", "/vms/a", "/vms/b");
        return _random.Next(20) switch
        {
            0 or 1 or 2 => ("PUT", $"{vm}/instance", Ensure()),
            3 or 4 => ("PUT", $"{vm}/instance/state", Pick("\"Run\"", "\"Run\"", "\"Stop\"", "\"Reboot\"")),
            5 or 6 => ("PUT", $"{vm}/instance/disk/{Disk}/vcr", $$"""{"vcr_json":{{Quoted(Vcr())}}}"""),
            7 => ("GET", $"{vm}/instance/disk/{Disk}/status", null),
            8 => ("GET", $"{vm}/instance/state-monitor", $$"""{"gen":{{_random.Next(6)}}}"""),
            9 => ("GET", $"{vm}/instance/spec", null),
            10 => ("GET", $"{vm}/instance", null),
            11 => ("GET", $"{vm}/instance/serial/history?{Pick("from_start=0", "most_recent=99999999999", "max_bytes=x", "")}", null),
            12 => ("GET", $"{vm}/instance/migration-status", null),
            13 => ("POST", $"{vm}/instance/disk/{Disk}/snapshot/{Disk}", null),
            14 => ("POST", $"{vm}/instance/nmi", null),
            15 => ("DELETE", $"/vms/{Pick("default", "a", "b", "c")}", null),
            16 => ("GET", $"/vms/{Pick("default", "a", "b")}/waiting", null),
            17 => ("GET", Pick("/metrics", "/healthz", "/readyz", "/openapi.json"), null),
            18 => ("GET", $"/events{Pick("", "?after=x", "?after=0000000000000000-0")}", null),
            _ => ("GET", "/vms", null),
        };
    }

    private FuzzRequest Plain()
    {
        var (method, target, body) = Right();
        return Of(method, target, body, WaitsFor(target), "right");
    }

    private FuzzRequest MutatedBody()
    {
        var (method, target, body) = Right();
        while (body is null)
            (method, target, body) = Right();
        return Of(method, target, Mutated(body), WaitsFor(target), "mutated body");
    }

    private FuzzRequest MutatedTarget()
    {
        var (method, target, body) = Right();
        var at = _random.Next(target.Length + 1);
        return Of(Pick(Methods), target[..at] + Pick(Pieces) + target[at..], body, WaitsFor(target), "mutated target");
    }

    private FuzzRequest MutatedHead()
    {
        var (method, target, body) = Right();
        var headers = Enumerable.Range(0, _random.Next(1, 4)).Select(_ => Pick(Headers)).ToList();
        if (_random.Next(4) == 0)
            headers.Add(string.Create(CultureInfo.InvariantCulture, $"content-length: {_random.Next(-1, 3000)}"));
        // Some of these make the service wait for a body that does not come.
        var isCutOff = WaitsFor(target) || headers.Exists(static h => h[0] is 'c' or 't' or 'u' or 'e');
        return Of(method, target, body, isCutOff, "mutated head", [.. headers]);
    }

    private FuzzRequest BodyAtTheLimit()
    {
        var body = Ensure();
        var length = BodyBytesMax + _random.Next(-1, 2);
        return Of("PUT", "/vms/b/instance", body + new string(' ', length - Encoding.UTF8.GetByteCount(body)), false, "body at the limit");
    }

    private FuzzRequest BrokenChunks()
    {
        var chunk = Pick("5\r\n\"Run\"\r\n0\r\n\r\n", "5\r\n\"Run\"", "ffffffffffffffff\r\nx", "-1\r\n\r\n", "5;x=y\r\n\"Stop\r\n", "\r\n", "0\r\nx: y\r\n\r\n");
        return new FuzzRequest(
            Encoding.Latin1.GetBytes($"PUT /instance/state HTTP/1.1\r\nhost: x\r\napi-version: 5.0.0\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n{chunk}"),
            IsCutOff: true,
            "chunks");
    }

    private FuzzRequest WebSocket()
    {
        var target = Pick("/instance/serial", "/vms/a/instance/serial?from_start=0", "/instance/vnc", $"/instance/migrate/{Disk}/start");
        var head = Encoding.ASCII.GetBytes(
            $"GET {target} HTTP/1.1\r\nhost: x\r\napi-version: 5.0.0\r\nconnection: upgrade\r\nupgrade: websocket\r\n"
            + "sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
        var frames = Bytes(_random.Next(200));
        if (frames.Length > 6 && _random.Next(2) == 0)
        {
            // A whole masked frame of some kind, known or not, before the noise.
            (frames[0], frames[1]) = ((byte)(0x80 | _random.Next(16)), (byte)(0x80 | Math.Min(125, frames.Length - 6)));
        }

        return new FuzzRequest([.. head, .. frames], IsCutOff: true, $"frames to {target}");
    }

    private FuzzRequest CutShort()
    {
        var whole = _random.Next(2) == 0 ? Plain() : MutatedBody();
        return new FuzzRequest(whole.Bytes[.._random.Next(whole.Bytes.Length)], IsCutOff: true, $"cut short: {whole.What}");
    }

    private FuzzRequest Noise() => new(Bytes(_random.Next(3000)), IsCutOff: true, "noise");

    private FuzzRequest Several()
    {
        var all = Enumerable.Range(0, 3).Select(_ => Right()).ToList();
        var bytes = all.Select((one, i) => Of(one.Method, one.Target, one.Body, false, "one", i < 2 ? ["connection: keep-alive"] : []).Bytes);
        return new FuzzRequest([.. bytes.SelectMany(static one => one)], all.Exists(static one => WaitsFor(one.Target)), "several");
    }

    private FuzzRequest Of(string method, string target, string? body, bool isCutOff, string what, params string[] headers)
    {
        var text = new StringBuilder($"{method} {target} HTTP/1.1\r\nhost: x\r\n");
        if (!headers.Contains("connection: keep-alive"))
            text.Append("connection: close\r\n");
        if (headers.Length == 0 || _random.Next(2) == 0)
            text.Append("api-version: ").Append(Pick("5.0.0", "5.0.0", "4.0.0", "1.0.0")).Append("\r\n");
        foreach (var header in headers)
            text.Append(header).Append("\r\n");
        if (body is not null)
            text.Append(CultureInfo.InvariantCulture, $"content-length: {Encoding.UTF8.GetByteCount(body)}\r\n");
        text.Append("\r\n");
        return new FuzzRequest(
            [.. Encoding.Latin1.GetBytes(text.ToString()), .. Encoding.UTF8.GetBytes(body ?? "")], isCutOff, $"{what}: {method} {target}");
    }

    /// <summary>Its answer may come late or never end.</summary>
    private static bool WaitsFor(string target) =>
        target.Contains("monitor", StringComparison.Ordinal) || target.StartsWith("/events", StringComparison.Ordinal);

    private string Mutated(string body)
    {
        for (var i = _random.Next(1, 4); i > 0; i--)
        {
            var at = _random.Next(body.Length + 1);
            var length = Math.Min(_random.Next(1, 30), body.Length - at);
            body = _random.Next(4) switch
            {
                0 => body.Remove(at, length),
                1 => body.Insert(at, Pick(Tokens)),
                2 => body.Insert(at, body.Substring(at, length)),
                _ => body.Remove(at, length).Insert(at, Pick(Tokens)),
            };
        }

        return body;
    }

    private string Ensure() => Samples.Ensure($$$$$"""
        {"board":{"cpus":{{{{{_random.Next(1, 4)}}}}},"memory_mb":512,"chipset":{"type":"i440_fx","value":{"enable_pcie":false}}},
         "components":{"com1":{"type":"serial_port","component":{"num":"com1"}},
          "disk":{"type":"virtio_disk","component":{"backend_id":"{{{{{Disk}}}}}","pci_path":{"bus":0,"device":16,"function":0}}},
          "{{{{{Disk}}}}}":{"type":"crucible_storage_backend","component":{"request_json":{{{{{Quoted(Vcr())}}}}},"readonly":false}}}}
        """);

    /// <summary>Servers at ports where nobody listens.</summary>
    private string Vcr() => $$$$"""
        {"type":"volume","id":"{{{{Disk}}}}","block_size":512,"read_only_parent":null,"sub_volumes":[{"type":"region","block_size":512,
        "blocks_per_extent":100,"extent_count":15,"gen":{{{{_random.Next(1, 9)}}}},"opts":{"id":"{{{{Disk}}}}","target":["127.0.0.1:1",
        "127.0.0.1:2","127.0.0.1:{{{{_random.Next(3, 9)}}}}"],"lossy":false,"read_only":false,"key":"{{{{Key}}}}"}}]}
        """;

    private static string Quoted(string text) => System.Text.Json.JsonSerializer.Serialize(text);

    private string Pick(params string[] from) => from[_random.Next(from.Length)];

    private byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        _random.NextBytes(bytes);
        return bytes;
    }
}
