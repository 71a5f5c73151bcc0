using System.Globalization;

namespace Akka.Embedded.Deterministic.Tests;

/// <summary>Prints the trace hash of the seed given, for the test that compares processes.</summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        Console.Out.WriteLine(SeedTests.BusyDay(ulong.Parse(args[0], CultureInfo.InvariantCulture)).TraceHash);
        return 0;
    }
}
