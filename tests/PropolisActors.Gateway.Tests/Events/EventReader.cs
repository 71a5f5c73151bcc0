using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace PropolisActors.Gateway.Tests.Events;

/// <summary>One event as a client sees it.</summary>
internal sealed record SeenEvent(string Id, string Name, JsonElement Data)
{
    public string Vm => Data.GetProperty("vm").GetString()!;

    public string? Phase => Data.GetProperty("phase").GetString();
}

/// <summary>Reads a stream of events over a connection of its own.</summary>
internal sealed class EventReader : IDisposable
{
    private const int ReceiveBytes = 64 * 1024;

    private readonly TcpClient _connection;
    private readonly StreamReader _lines;

    private EventReader(TcpClient connection)
    {
        _connection = connection;
        _lines = new StreamReader(connection.GetStream(), Encoding.UTF8);
    }

    /// <summary>Status line and headers.</summary>
    public string Head { get; private set; } = "";

    /// <summary>Comments seen so far.</summary>
    public int Comments { get; private set; }

    public static async Task<EventReader> OpenAsync(IPEndPoint address, string target = "/events", params string[] headers)
    {
        // A buffer of a set size does not grow: the kernel's own might take in everything that a test sends.
        var connection = new TcpClient { ReceiveBufferSize = ReceiveBytes };
        await connection.ConnectAsync(address).WaitAsync(RawHttp.Patience);
        // HTTP/1.0 has no chunks, so what is read is the stream itself.
        var request = $"GET {target} HTTP/1.0\r\nhost: test\r\n{string.Concat(headers.Select(h => h + "\r\n"))}\r\n";
        await connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request)).AsTask().WaitAsync(RawHttp.Patience);
        var reader = new EventReader(connection);
        while (await reader.ReadLineAsync() is { Length: > 0 } line)
            reader.Head += line + "\n";
        return reader;
    }

    /// <summary>The next event; null at the end of the stream.</summary>
    public async Task<SeenEvent?> NextAsync()
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        while (await ReadLineAsync() is { } line)
        {
            if (line.StartsWith(':'))
                Comments++;
            else if (line.Length > 0)
                fields.Add(line[..line.IndexOf(": ", StringComparison.Ordinal)], line[(line.IndexOf(": ", StringComparison.Ordinal) + 2)..]);
            else if (fields.Count > 0)
                return new SeenEvent(fields["id"], fields["event"], JsonDocument.Parse(fields["data"]).RootElement);
        }

        return null;
    }

    /// <summary>Reads on until a comment has come.</summary>
    public async Task ReadCommentAsync()
    {
        while (await ReadLineAsync() is { } line)
        {
            if (line.StartsWith(':'))
                return;
        }

        throw new InvalidDataException("the stream ended");
    }

    public void Dispose()
    {
        _lines.Dispose();
        _connection.Dispose();
    }

    private Task<string?> ReadLineAsync() => _lines.ReadLineAsync().WaitAsync(RawHttp.Patience);
}
