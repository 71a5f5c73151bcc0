using Akka.Actor;
using Crucible.Core.Volumes;
using Propolis.Core.Api;
using Propolis.Core.Migration;
using PropolisActors.Protocols;

namespace PropolisActors.Actors;

// A disk whose guest moves between servers. Sealed, its VCR stays what it is for as long as it takes to hand the guest
// over: a replacement that comes meanwhile waits, and is answered either by what it leads to here or by 410, because the
// guest has gone. Reclaimed, it goes back to a server that another may have taken it from.
public sealed partial class VolumeActor
{
    private readonly Queue<VolumeProtocol.Replace> _held = [];
    private IActorRef? _seal;
    private bool _isSealSaid;
    private ulong? _reclaim;

    private void OnSeal(VolumeProtocol.Seal command)
    {
        _seal = command.ReplyTo;
        _isSealSaid = false;
        SayIfSealed();
    }

    /// <summary>Said once nothing is under way that could still change the VCR.</summary>
    private void SayIfSealed()
    {
        if (_seal is null || _isSealSaid || _state.InFlight is not null)
            return;
        _isSealSaid = true;
        _seal.Tell(HandOver());
    }

    private HandOverDisk HandOver()
    {
        var runs = _setup.Host.Status.Where(status => !status.ReadOnly).Select(status => status.Generation.Value);
        return new HandOverDisk(
            _setup.Disk, _state.Record.Text.Json, _state.Record.Revision.Value, runs.DefaultIfEmpty().Max());
    }

    private void OnFlush(VolumeProtocol.Flush command)
    {
        var disk = _setup.Disk;
        _ = _setup.Host.Device.FlushAsync(CancellationToken.None).AsTask().PipeTo(
            command.ReplyTo,
            success: result => new VolumeProtocol.Flushed(disk, result.Error?.Describe()),
            failure: error => new VolumeProtocol.Flushed(disk, error.Message));
    }

    private void OnUnseal()
    {
        _seal = null;
        while (_held.TryDequeue(out var command))
            Replace(command);
    }

    private void Hold(VolumeProtocol.Replace command)
    {
        if (_held.Count < VolumeLimits.MaxWaitingReplacements)
            _held.Enqueue(command);
        else
            command.ReplyTo.Tell(new VmProtocol.Refused(ApiError.Busy("too many replacements wait for this disk")));
    }

    private void OnUnsealedByEnd()
    {
        _seal = null;
        while (_held.TryDequeue(out var command))
            command.ReplyTo.Tell(new VmProtocol.Refused(ApiError.VmDestroyed));
    }

    private void OnReclaim(VolumeProtocol.Reclaim command)
    {
        _reclaim = command.GenerationMin;
        OnUnseal();
        ReclaimIfSettled();
    }

    /// <summary>The generation rises by a replacement of our own, which would wait behind one that is under way.</summary>
    private void ReclaimIfSettled()
    {
        if (_reclaim is not { } generation || _state.InFlight is not null)
            return;
        _reclaim = null;
        if (VcrSuccession.WithGenerationAtLeast(_state.Record.Text, generation) is { } raised)
            Replace(new VolumeProtocol.Replace(raised.Json, ActorRefs.Nobody));
        Apply(new VolumeInput.Demand(Active: false));
        OnForce();
        Apply(new VolumeInput.Demand(Active: true));
    }
}
