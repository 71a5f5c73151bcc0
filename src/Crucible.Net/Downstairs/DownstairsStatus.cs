using System.Net;
using Crucible.Wire;

namespace Crucible.Net.Downstairs;

/// <summary>A snapshot of a disk server. Counts run from its start.</summary>
/// <param name="Region">The region it serves.</param>
/// <param name="ListensOn">Null before the start.</param>
/// <param name="ReadOnly">It refuses to change anything.</param>
/// <param name="Poison">Why the region promises nothing any more; null while all is well.</param>
/// <param name="ConnectionsOpen">Connections open now.</param>
/// <param name="ConnectionsActive">Of them, those that hold the place of an active upstairs.</param>
/// <param name="JobsWaiting">Jobs that arrived and were not answered.</param>
/// <param name="ConnectionsAccepted">Connections ever accepted.</param>
/// <param name="MalformedDropped">Connections dropped for a frame that is no message.</param>
/// <param name="SilentDropped">Connections dropped because nothing came for 45 s.</param>
/// <param name="ClosedHere">Connections the server closed by its own decision, e.g. refused negotiations.</param>
/// <param name="ReadsDone">Reads that succeeded.</param>
/// <param name="WritesDone">Writes that succeeded, those of unwritten blocks included.</param>
/// <param name="FlushesDone">Flushes that succeeded.</param>
/// <param name="WorkFailed">Attempts at storage work that failed.</param>
public sealed record DownstairsStatus(
    RegionId Region,
    IPEndPoint? ListensOn,
    bool ReadOnly,
    string? Poison,
    int ConnectionsOpen,
    int ConnectionsActive,
    int JobsWaiting,
    long ConnectionsAccepted,
    long MalformedDropped,
    long SilentDropped,
    long ClosedHere,
    long ReadsDone,
    long WritesDone,
    long FlushesDone,
    long WorkFailed);
