using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace PropolisActors.Gateway.Tests;

/// <summary>A client that sends exactly what it is told: one connection for each request.</summary>
internal sealed class RawHttp(IPEndPoint address)
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>A request of version 5.0.0.</summary>
    public Task<RawResponse> SendAsync(string method, string target, string? body = null, params string[] headers) =>
        SendBytesAsync(Request(method, target, body, ["api-version: 5.0.0", .. headers]));

    /// <summary>A request with no headers but those given and the length of its body.</summary>
    public Task<RawResponse> SendWithAsync(string method, string target, string? body, params string[] headers) =>
        SendBytesAsync(Request(method, target, body, headers));

    public async Task<RawResponse> SendBytesAsync(byte[] request)
    {
        using var connection = await ConnectAsync();
        await connection.GetStream().WriteAsync(request).AsTask().WaitAsync(Patience);
        return await ReadAsync(connection);
    }

    public async Task<TcpClient> ConnectAsync()
    {
        var client = new TcpClient();
        await client.ConnectAsync(address).WaitAsync(Patience);
        return client;
    }

    /// <summary>Reads to the end of the connection, or to the end of a response that says its length.</summary>
    public static async Task<RawResponse> ReadAsync(TcpClient connection)
    {
        var bytes = new List<byte>();
        var buffer = new byte[65536];
        while (true)
        {
            var count = await connection.GetStream().ReadAsync(buffer).AsTask().WaitAsync(Patience);
            bytes.AddRange(buffer.AsSpan(0, count));
            if (RawResponse.TryParse(Encoding.Latin1.GetString([.. bytes]), ended: count == 0) is { } response)
                return response;
        }
    }

    public static byte[] Request(string method, string target, string? body, params string[] headers)
    {
        var text = new StringBuilder($"{method} {target} HTTP/1.1\r\nhost: test\r\n");
        foreach (var header in headers)
            text.Append(header).Append("\r\n");
        if (body is not null)
            text.Append(CultureInfo.InvariantCulture, $"content-length: {Encoding.UTF8.GetByteCount(body)}\r\n");
        text.Append("\r\n");
        return [.. Encoding.Latin1.GetBytes(text.ToString()), .. Encoding.UTF8.GetBytes(body ?? "")];
    }
}

internal sealed record RawResponse(int Status, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public string Message => Json.GetProperty("message").GetString()!;

    public string? ErrorCode => Json.TryGetProperty("error_code", out var code) ? code.GetString() : null;

    public static RawResponse? TryParse(string text, bool ended)
    {
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0)
            return ended ? throw new InvalidDataException($"no whole response: '{text}'") : null;
        var lines = text[..end].Split("\r\n");
        var status = int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture);
        var headers = lines.Skip(1).Select(static line => line.Split(':', 2))
            .ToDictionary(static p => p[0].ToLowerInvariant(), static p => p[1].Trim(), StringComparer.Ordinal);
        var body = text[(end + 4)..];
        var length = headers.TryGetValue("content-length", out var l) ? int.Parse(l, CultureInfo.InvariantCulture)
            : status is 204 or 101 ? 0 : int.MaxValue;
        return body.Length >= length || ended ? new RawResponse(status, headers, body) : null;
    }
}
