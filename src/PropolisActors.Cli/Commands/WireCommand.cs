using System.CommandLine;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Crucible.Net.Replay;
using Crucible.Wire.Vectors;

namespace PropolisActors.Cli.Commands;

/// <summary>
/// <c>propolis wire check FILE</c>: holds the protocol code against a file of known frames, hashes and ciphertexts, and
/// our disk server against the recorded sessions in it.
/// </summary>
internal static class WireCommand
{
    private const string Sessions = "sessions";

    public static Command Create()
    {
        var file = new Argument<FileInfo>("FILE") { Description = "A JSON file of protocol vectors" };
        var check = new Command(
            "check", "Verify messages, decoder cases, hashes and ciphers, and hold the recorded sessions again")
        {
            file,
        };
        check.SetAction((parsed, ct) => CheckAsync(parsed.GetRequiredValue(file), ct));
        return new Command("wire", "The Crucible wire protocol") { check };
    }

    private static async Task<int> CheckAsync(FileInfo file, CancellationToken ct)
    {
        var totals = VectorTotals.Of([]);
        try
        {
            using var document = await ParseAsync(file, ct).ConfigureAwait(false);
            foreach (var result in VectorCheck.Run(document))
                totals = Take(totals, result);
            await foreach (var result in ReplayAsync(document, ct).ConfigureAwait(false))
                totals = Take(totals, result);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new CommandFailedException($"cannot check {file}: {e.Message}");
        }

        Console.WriteLine($"{totals.Passed} passed, {totals.Failed} failed");
        return totals.IsGood ? ExitCodes.Done : ExitCodes.Refused;
    }

    private static async Task<JsonDocument> ParseAsync(FileInfo file, CancellationToken ct)
    {
        using var json = file.OpenRead();
        return await JsonDocument
            .ParseAsync(json, new JsonDocumentOptions { AllowDuplicateProperties = false }, ct).ConfigureAwait(false);
    }

    private static VectorTotals Take(VectorTotals totals, VectorResult result)
    {
        if (!result.Passed)
            Console.WriteLine($"FAILED {result.Section} {result.Name}: {result.Why}");
        return totals.With(result.Outcome);
    }

    /// <summary>Each session on servers of its own, which listen on loopback and keep their regions for it only.</summary>
    private static async IAsyncEnumerable<VectorResult> ReplayAsync(
        JsonDocument document, [EnumeratorCancellation] CancellationToken ct)
    {
        var (sessions, malformed) = Read(document);
        if (malformed is not null)
            yield return malformed;
        var replay = new SessionReplay(sessions, TimeProvider.System);
        foreach (var session in sessions)
        {
            var directory = Directory.CreateTempSubdirectory("propolis-wire-");
            string wrong;
            try
            {
                wrong = await replay.HoldAsync(session, directory.FullName, ct).ConfigureAwait(false);
            }
            finally
            {
                directory.Delete(recursive: true);
            }

            yield return new VectorResult(
                Sessions, session.Name, wrong.Length == 0 ? VectorOutcome.Passed : VectorOutcome.Failed, wrong);
        }
    }

    private static (IReadOnlyList<RecordedSession> Sessions, VectorResult? Malformed) Read(JsonDocument document)
    {
        try
        {
            return (RecordedSession.Read(document), null);
        }
        catch (VectorFormatException e)
        {
            return ([], new VectorResult(Sessions, "(whole)", VectorOutcome.Failed, e.Message));
        }
    }
}
