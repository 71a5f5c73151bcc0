using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace PropolisActors.Gateway.Json;

/// <summary>A JSON body as UTF-8 bytes.</summary>
internal static class JsonBody
{
    // Text is escaped only where JSON needs it: these bodies are never put into a page.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>More than a disk's status takes.</summary>
    private const int InitialBytes = 4096;

    /// <summary>A body that outgrew this is let go of with its buffer.</summary>
    private const int KeptBytesMax = 64 * 1024;

    /// <summary>Every answer is written from beginning to end by one thread.</summary>
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _kept;

    public static byte[] Write(Action<Utf8JsonWriter> write)
    {
        // Taken for as long as it is used: a body may be written while another is.
        var buffer = _kept ?? new ArrayBufferWriter<byte>(InitialBytes);
        _kept = null;
        using (var json = new Utf8JsonWriter(buffer, Options))
            write(json);
        var body = buffer.WrittenSpan.ToArray();
        buffer.ResetWrittenCount();
        if (buffer.Capacity <= KeptBytesMax)
            _kept = buffer;
        return body;
    }
}
