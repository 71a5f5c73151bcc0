using Crucible.Core.Downstairs;
using Crucible.Wire;

namespace Crucible.Net.Downstairs;

/// <summary>
/// The test switches of a disk server (--lossy, --read-errors, --write-errors, --flush-errors): each is drawn with one
/// chance in four for each attempt at a job. An injected error passes within the attempts a job has.
/// </summary>
/// <remarks>The jobs storage is given do not depend on one another, so a pause is all the reordering there can be
/// here; jobs of other connections go first meanwhile.</remarks>
public sealed class StorageFaults(Random random, TimeProvider time)
{
    private const double Share = 0.25;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Jobs whose last attempt failed here, and how many did.</summary>
    private readonly Dictionary<(SessionIds Ids, JobId Job), int> _failed = [];

    /// <summary>A job in four is held up for 100 ms.</summary>
    public bool IsLossy { get; init; }

    public bool HasReadErrors { get; init; }

    public bool HasWriteErrors { get; init; }

    public bool HasFlushErrors { get; init; }

    /// <summary>Perhaps pauses, and perhaps fails a job instead of doing it. One caller at a time.</summary>
    internal StorageResult.Failed? Draw(Message job)
    {
        if (IsLossy && random.NextDouble() < Share)
            Task.Delay(Pause, time).GetAwaiter().GetResult();
        (SessionIds, JobId)? chosen = job switch
        {
            Message.ReadRequest m when HasReadErrors => (m.Ids, m.Job),
            Message.Write m when HasWriteErrors => (m.Ids, m.Job),
            Message.WriteUnwritten m when HasWriteErrors => (m.Ids, m.Job),
            Message.Flush m when HasFlushErrors => (m.Ids, m.Job),
            _ => null,
        };
        if (chosen is not { } key)
            return null;
        var failures = _failed.GetValueOrDefault(key);
        if (failures == DownstairsLimits.AttemptsMax - 1 || random.NextDouble() >= Share)
        {
            _failed.Remove(key);
            return null;
        }
        _failed[key] = failures + 1;
        return new(new CrucibleError.WithText(CrucibleErrorKind.GenericError, "An error was injected."), MayPass: true);
    }
}
