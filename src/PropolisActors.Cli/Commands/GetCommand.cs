using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using PropolisActors.Cli.Client;

namespace PropolisActors.Cli.Commands;

/// <summary><c>propolis get</c>: what a VM is and which state it is in.</summary>
internal static class GetCommand
{
    // A terminal is no page: text is shown as it is.
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Command Create()
    {
        var options = new ClientOptions();
        var spec = new Option<bool>("--spec") { Description = "The spec as well, construction requests included" };
        var command = new Command("get", "Show a VM") { spec };
        options.AddTo(command);
        command.SetAction((parsed, ct) => ClientRun.SendAsync(
            options, parsed, parsed.GetValue(spec) ? ApiRequest.GetSpec : ApiRequest.Get, Text, ct));
        return command;
    }

    private static IEnumerable<string> Text(ApiAnswer answer)
    {
        try
        {
            return [JsonNode.Parse(answer.Body)?.ToJsonString(Indented) ?? "null"];
        }
        catch (JsonException e)
        {
            throw new AnswerFormatException("the answer is not JSON.", e);
        }
    }
}
