using System.Net;
using Crucible.Core.Downstairs;
using Crucible.Net.Connections;
using Crucible.Net.Regions;
using Crucible.Wire;

namespace Crucible.Net.Downstairs;

/// <summary>The numbers behind <see cref="DownstairsStatus"/>. Written by the server's event loop alone, read from any
/// thread.</summary>
internal sealed class DownstairsCounters
{
    private long _accepted;
    private long _malformed;
    private long _silent;
    private long _closedHere;
    private long _reads;
    private long _writes;
    private long _flushes;
    private long _failed;
    private int _open;
    private int _active;
    private int _jobs;

    public void Accepted() => Interlocked.Increment(ref _accepted);

    public void Ended(CloseReason reason)
    {
        switch (reason)
        {
            case CloseReason.Malformed:
                Interlocked.Increment(ref _malformed);
                break;
            case CloseReason.PeerSilent:
                Interlocked.Increment(ref _silent);
                break;
            case CloseReason.ClosedHere or CloseReason.LimitMet:
                Interlocked.Increment(ref _closedHere);
                break;
        }
    }

    public void WorkDone(StorageWork work, StorageResult result)
    {
        if (result is StorageResult.Failed)
            Interlocked.Increment(ref _failed);
        else if (work is StorageWork.Perform { Message: Message.ReadRequest })
            Interlocked.Increment(ref _reads);
        else if (work is StorageWork.Perform { Message: Message.Write or Message.WriteUnwritten })
            Interlocked.Increment(ref _writes);
        else if (work is StorageWork.Perform { Message: Message.Flush })
            Interlocked.Increment(ref _flushes);
    }

    public void Observe(DownstairsMachine machine)
    {
        Volatile.Write(ref _open, machine.ConnectionCount);
        Volatile.Write(ref _active, machine.ActiveCount);
        Volatile.Write(ref _jobs, machine.JobCount);
    }

    public DownstairsStatus Snapshot(IServedRegion region, IPEndPoint? listensOn) => new(
        region.Definition.Uuid, listensOn, region.ReadOnly, region.Poison,
        Volatile.Read(ref _open), Volatile.Read(ref _active), Volatile.Read(ref _jobs),
        Interlocked.Read(ref _accepted), Interlocked.Read(ref _malformed), Interlocked.Read(ref _silent),
        Interlocked.Read(ref _closedHere), Interlocked.Read(ref _reads), Interlocked.Read(ref _writes),
        Interlocked.Read(ref _flushes), Interlocked.Read(ref _failed));
}
