using Crucible.Core.Upstairs;
using Crucible.Net;
using Crucible.Simulation;
using Crucible.Simulation.Checks;
using Crucible.Simulation.World;
using Crucible.Wire;

namespace PropolisActors.SystemSimulation.World;

/// <summary>
/// The disk of one VM as its guest sees it. Every answer is held against the history of the disk: S1 when a flush is done, S2
/// when a read is, S3 and S5 when anything is. Blocks carry versions of <see cref="BlockPattern"/>.
/// </summary>
internal sealed class CheckedDevice(SimulatedDisk disk, VirtualVolumeHost host) : IBlockDevice
{
    public ulong BlockSizeBytes => (ulong)disk.Shape.BlockSize;

    public ulong SizeBytes => (ulong)(disk.Shape.BlockSize * disk.Shape.Blocks);

    public bool ReadOnly => disk.Shape.ReadOnly;

    public SimulatedDisk Disk => disk;

    private UpstairsHost Upstairs => host.Upstairs;

    public ValueTask<IoResult> ReadAsync(ulong offsetBytes, Memory<byte> destination, CancellationToken ct)
    {
        var (first, count) = BlocksOf(offsetBytes, destination.Length);
        var request = new Request(ct);
        host.Post(
            () =>
            {
                var by = Upstairs.Incarnation;
                var before = by?.LastOf(first, count) ?? [];
                Upstairs.Ask(id => new UpstairsInput.Read(id, new BlockIndex((ulong)first), (ulong)count), answer =>
                {
                    if (Succeeded(answer, by) is { } active)
                    {
                        var data = ((UpstairsEffect.ReadAnswered)answer).Data;
                        VolumeHistory.ReadDone(active, first, before, data.Span);
                        request.Answer(null, () => data.CopyTo(destination));
                    }
                    else
                    {
                        request.Answer(ErrorOf(answer));
                    }
                });
            },
            request.Gone);
        return request.Result;
    }

    public ValueTask<IoResult> WriteAsync(ulong offsetBytes, ReadOnlyMemory<byte> data, CancellationToken ct)
    {
        var (first, count) = BlocksOf(offsetBytes, data.Length);
        var request = new Request(ct);
        var versions = VersionsOf(first, count, data.Span);
        host.Post(
            () =>
            {
                if (!Upstairs.CanAdmit(data.Length))
                    throw new SimulationFailure("Guest", "more was asked for than an upstairs takes at once");
                var by = Upstairs.Incarnation;
                var (bytes, contexts) = Seal(data);
                Upstairs.Ask(
                    id => new UpstairsInput.Write(
                        id, new BlockIndex((ulong)first), bytes, OnlyUnwritten: false, contexts),
                    answer =>
                    {
                        if (Succeeded(answer, by) is { } active)
                        {
                            for (var i = 0; i < count; i++)
                                disk.History.WriteAccepted(active, first + i, versions[i]);
                        }

                        request.Answer(ErrorOf(answer));
                    });
            },
            request.Gone);
        return request.Result;
    }

    public ValueTask<IoResult> FlushAsync(CancellationToken ct) => FlushAsync(null, default, ct);

    /// <summary>Flushes, and has each copy take a snapshot if it has a name.</summary>
    public ValueTask<IoResult> FlushAsync(string? snapshot, TimeSpan deadline, CancellationToken ct)
    {
        var request = new Request(ct);
        host.Post(
            () =>
            {
                var by = Upstairs.Incarnation;
                var covered = by?.LastOfAll() ?? [];
                Upstairs.Ask(id => new UpstairsInput.Flush(id, snapshot, deadline), answer =>
                {
                    if (Succeeded(answer, by) is { } active)
                        CheckFlush(active, covered, snapshot);
                    request.Answer(ErrorOf(answer));
                });
            },
            request.Gone);
        return request.Result;
    }

    private void CheckFlush(Incarnation active, ulong[] covered, string? snapshot)
    {
        var status = Upstairs.Status();
        var targets = disk.TargetsOf(status);
        disk.History.FlushDone(active, covered, targets);
        if (snapshot is not null && active.Next is null)
            disk.History.SnapshotDone(covered, snapshot, targets);
        if (status is { JobsBuffered: 0, Degraded: false, State: UpstairsState.Active }
            && targets.All(server => server.Announced == Upstairs.Ids && !server.DiskLost))
            disk.History.CopiesAgree(targets, "after a flush");
    }

    private static CrucibleError? ErrorOf(UpstairsEffect answer) => (answer as UpstairsEffect.IoAnswered)?.Error;

    /// <summary>The time of activity in which it succeeded; null if it failed.</summary>
    private Incarnation? Succeeded(UpstairsEffect answer, Incarnation? by)
    {
        if (ErrorOf(answer) is not null)
            return null;
        if (by is null || by != Upstairs.Incarnation)
            throw new SimulationFailure("S5", $"{Upstairs} did a request of another time of activity, or of none");
        return by;
    }

    private (ReadOnlyMemory<byte> Data, BlockContext[]? Contexts) Seal(ReadOnlyMemory<byte> data)
    {
        var bytes = data.ToArray();
        if (disk.Cipher is not { } cipher)
            return (bytes, null);
        var nonces = new byte[bytes.Length / cipher.BlockSize * cipher.NonceBytes];
        for (var i = 0; i < nonces.Length; i++)
            nonces[i] = (byte)disk.Random.Next();
        var contexts = cipher.Seal(bytes, nonces);
        return (bytes, contexts);
    }

    private ulong[] VersionsOf(int first, int count, ReadOnlySpan<byte> data)
    {
        var versions = new ulong[count];
        for (var i = 0; i < count; i++)
        {
            versions[i] = BlockPattern.VersionOf(data.Slice(i * disk.Shape.BlockSize, disk.Shape.BlockSize), first + i)
                ?? throw new SimulationFailure("Guest", $"block {first + i} is written without a version");
        }

        return versions;
    }

    private (int First, int Count) BlocksOf(ulong offsetBytes, int length) =>
        ((int)(offsetBytes / BlockSizeBytes), length / disk.Shape.BlockSize);

    /// <summary>One request. A cancellation ends the waiting, not what was asked.</summary>
    private sealed class Request
    {
        private readonly TaskCompletionSource<IoResult> _done = new();
        private readonly CancellationTokenRegistration _registration;

        public Request(CancellationToken ct) => _registration = ct.UnsafeRegister(
            static (done, token) => ((TaskCompletionSource<IoResult>)done!).TrySetCanceled(token), _done);

        public ValueTask<IoResult> Result => new(_done.Task);

        public void Answer(CrucibleError? error, Action? before = null)
        {
            if (_done.Task.IsCompleted)
                return;
            before?.Invoke();
            _registration.Dispose();
            _done.TrySetResult(new IoResult(error));
        }

        public void Gone() => Answer(VirtualVolumeHost.GoneError);
    }
}
