using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace PropolisActors.Gateway.Json;

/// <summary>A JSON body as UTF-8 bytes.</summary>
internal static class JsonBody
{
    // Text is escaped only where JSON needs it: these bodies are never put into a page.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
            write(json);
        return buffer.WrittenSpan.ToArray();
    }
}
