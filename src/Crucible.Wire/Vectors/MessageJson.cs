using System.Text.Json;
using System.Text.Json.Nodes;

namespace Crucible.Wire.Vectors;

/// <summary>
/// Messages in the JSON form of vector files (protocol section 20): <c>type</c>, then the fields in wire order. It is for
/// vectors and diagnostics; it is not what travels.
/// </summary>
public static class MessageJson
{
    /// <summary>The message that <paramref name="element"/> describes.</summary>
    /// <param name="element">An object with a <c>type</c>. Members that are not of this type are ignored.</param>
    /// <param name="path">Where it is, for the exception's text.</param>
    /// <exception cref="VectorFormatException">A member is missing or has the wrong form.</exception>
    public static Message Read(JsonElement element, string path) => MessageFromJson.Read(new JsonCursor(element, path));

    /// <summary>The JSON form of any message.</summary>
    public static JsonObject Write(Message message) => MessageToJson.Write(message);
}
