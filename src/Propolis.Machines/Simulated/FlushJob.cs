using Crucible.Net;

namespace Propolis.Machines.Simulated;

/// <summary><c>flush</c> of one disk: a single operation.</summary>
public sealed class FlushJob(GuestDisk disk) : IGuestJob
{
    private bool _started;

    public bool IsDone { get; private set; }

    // Once its one operation is back it is done, so one that goes on has not begun.
    public GuestJobState Save() => new GuestJobState.Flush(disk.Key);

    public GuestIo? Next(ReadOnlySpan<int> inFlight)
    {
        if (_started || inFlight[disk.Index] >= SimulatedGuest.InFlightPerDiskMax)
            return null;
        _started = true;
        return disk.Flush();
    }

    public void Completed(GuestIo io, IoResult result, List<string> lines)
    {
        IsDone = true;
        lines.Add(result.IsOk ? $"flush {disk.Key} ok" : $"flush {disk.Key} error: {GuestDisk.Describe(result)}");
    }
}
