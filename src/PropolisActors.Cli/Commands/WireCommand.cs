using System.CommandLine;
using Crucible.Wire.Vectors;

namespace PropolisActors.Cli.Commands;

/// <summary><c>propolis wire check FILE</c>: holds the protocol code against a file of known frames and hashes.</summary>
internal static class WireCommand
{
    public static Command Create()
    {
        var file = new Argument<FileInfo>("FILE") { Description = "A JSON file of protocol vectors" };
        var check = new Command("check", "Verify messages, decoder cases and hashes in both directions") { file };
        check.SetAction(parsed => Check(parsed.GetRequiredValue(file)));
        return new Command("wire", "The Crucible wire protocol") { check };
    }

    private static int Check(FileInfo file)
    {
        IReadOnlyList<VectorResult> results;
        try
        {
            using var json = file.OpenRead();
            results = VectorCheck.Run(json);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or VectorFormatException)
        {
            throw new CommandFailedException($"cannot check {file}: {e.Message}");
        }

        foreach (var result in results.Where(result => result.Outcome == VectorOutcome.Failed))
            Console.WriteLine($"FAILED {result.Section} {result.Name}: {result.Why}");
        var totals = VectorTotals.Of(results);
        Console.WriteLine($"{totals.Passed} passed, {totals.Failed} failed");
        return totals.IsGood ? ExitCodes.Done : ExitCodes.Refused;
    }
}
