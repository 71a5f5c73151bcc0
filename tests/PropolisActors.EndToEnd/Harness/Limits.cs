namespace PropolisActors.EndToEnd.Harness;

internal static class Limits
{
    /// <summary>Enough for a slow machine and for the protocol's own 10 s between two attempts to connect.</summary>
    public static readonly TimeSpan Wait = TimeSpan.FromSeconds(60);

    /// <summary>A token that ends a wait of the test.</summary>
    public static CancellationToken Token => new CancellationTokenSource(Wait).Token;
}
