namespace Crucible.Net.Connections;

/// <summary>A TLS identity could not be read, or a handshake did not succeed. The message is one sentence with the
/// cause; it never holds key material.</summary>
public sealed class TlsException(TlsFault fault, string message, Exception? inner = null) : IOException(message, inner)
{
    public TlsFault Fault => fault;
}
