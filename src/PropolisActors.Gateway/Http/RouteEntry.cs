namespace PropolisActors.Gateway.Http;

/// <summary>One line of the route table.</summary>
/// <param name="Method">Upper-case HTTP method.</param>
/// <param name="Template">The path; a segment in braces is a parameter.</param>
/// <param name="Operation">What it asks for.</param>
/// <param name="Expects">What the request brings along.</param>
internal sealed record RouteEntry(
    string Method, string Template, Operation Operation, Expects Expects = Expects.Nothing)
{
    /// <summary>Its answer may wait for something to happen, or never be complete.</summary>
    public bool MayWait => Expects == Expects.Upgrade || Operation is Operation.StateMonitor or Operation.Snapshot;

    /// <summary>Answered also without a version header, which the newest version stands for then.</summary>
    public bool IsUnversioned { get; init; }
}
