using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PropolisActors.Benchmarks.Service;

/// <summary>
/// One HTTP/1.1 connection that is kept, with one request under way at a time. Only what the benchmark needs: answers with a
/// Content-Length. The usual client would cost more than what is measured.
/// </summary>
internal sealed class KeptConnection : IDisposable
{
    private static readonly byte[] LengthHeader = Encoding.ASCII.GetBytes("content-length: ");
    private static readonly byte[] HeadEnd = "\r\n\r\n"u8.ToArray();

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private byte[] _buffer = new byte[16 * 1024];

    public static async Task<KeptConnection> OpenAsync(IPEndPoint address)
    {
        var connection = new KeptConnection();
        await connection._socket.ConnectAsync(address);
        return connection;
    }

    /// <summary>A request as bytes.</summary>
    public static byte[] Request(string method, string path, string? body = null)
    {
        var content = body is null ? "" : $"content-type: application/json\r\ncontent-length: {Encoding.UTF8.GetByteCount(body)}\r\n";
        return Encoding.UTF8.GetBytes($"{method} {path} HTTP/1.1\r\nhost: bench\r\napi-version: 5.0.0\r\n{content}\r\n{body}");
    }

    /// <summary>Sends a request and takes its whole answer.</summary>
    /// <returns>The status, and the body, which is good until the next request.</returns>
    public async ValueTask<(int Status, ReadOnlyMemory<byte> Body)> SendAsync(ReadOnlyMemory<byte> request)
    {
        await _socket.SendAsync(request);
        var (filled, needed, head) = (0, 0, 0);
        do
        {
            if (filled == _buffer.Length)
                Array.Resize(ref _buffer, _buffer.Length * 2);
            var read = await _socket.ReceiveAsync(_buffer.AsMemory(filled));
            if (read == 0)
                throw new IOException("the service closed the connection");
            filled += read;
            if (needed == 0 && (head = _buffer.AsSpan(0, filled).IndexOf(HeadEnd)) >= 0)
                needed = head + HeadEnd.Length + LengthOf(_buffer.AsSpan(0, head));
        }
        while (needed == 0 || filled < needed);
        Utf8Parser.TryParse(_buffer.AsSpan("HTTP/1.1 ".Length), out int status, out _);
        return (status, _buffer.AsMemory(head + HeadEnd.Length, needed - head - HeadEnd.Length));
    }

    /// <summary>Sends what has to succeed.</summary>
    /// <returns>The body.</returns>
    public async Task<string> MustAsync(string method, string path, string? body = null)
    {
        var (status, answer) = await SendAsync(Request(method, path, body));
        var text = Encoding.UTF8.GetString(answer.Span);
        return status is >= 200 and < 300
            ? text
            : throw new InvalidOperationException($"{method} {path} answered {status}: {text}");
    }

    public void Dispose() => _socket.Dispose();

    private static int LengthOf(ReadOnlySpan<byte> head)
    {
        for (var line = head; !line.IsEmpty;)
        {
            if (line.Length > LengthHeader.Length && Ascii.EqualsIgnoreCase(line[..LengthHeader.Length], LengthHeader))
                return Utf8Parser.TryParse(line[LengthHeader.Length..], out int length, out _) ? length : 0;
            var end = line.IndexOf((byte)'\n');
            line = end < 0 ? default : line[(end + 1)..];
        }

        return 0;
    }
}
