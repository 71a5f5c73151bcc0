namespace PropolisActors.Cli.Commands;

/// <summary>The half of <c>propolis simulate</c> that this build lacks: it needs actors in virtual time.</summary>
internal static class SimulateSystem
{
    private const string Missing =
        "the whole system is simulated only by a build with AkkaProvider=embedded; this one simulates the storage";

    public static int RunOne(ulong seed)
    {
        _ = seed;
        Console.Error.WriteLine(Missing);
        return ExitCodes.Refused;
    }

    public static int RunMany(long seeds, TimeSpan limit, CancellationToken ct)
    {
        _ = (seeds, limit, ct);
        Console.WriteLine(Missing);
        return ExitCodes.Done;
    }
}
