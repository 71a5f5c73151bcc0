using System.Text.Json;

namespace PropolisActors.Cli.Client;

/// <summary>How answers become records: members in snake case, unknown ones ignored, required ones required.</summary>
internal static class AnswerJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>Reads a whole answer.</summary>
    /// <param name="what">What it is, for the message of an error.</param>
    /// <exception cref="AnswerFormatException">The text is no such answer.</exception>
    public static T Read<T>(string json, string what)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, Options) ?? throw new AnswerFormatException($"{what} is null.");
        }
        catch (JsonException e)
        {
            throw new AnswerFormatException($"{what} is not as the API promises: {e.Message}", e);
        }
    }
}
