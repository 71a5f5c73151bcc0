using System.Collections.Immutable;
using System.Diagnostics;
using Akka.Actor;
using Crucible.Core.Volumes;
using Propolis.Core.Migration;
using Propolis.Core.Spec;
using PropolisActors.Protocols;
using HandOverDisks = Propolis.Core.ValueList<Propolis.Core.Migration.HandOverDisk>;

namespace PropolisActors.Actors;

// What a migration asks of all disks at once: each is asked, and the answers are gathered. A disk that never answers is
// outlasted by the limit of the step.
internal sealed partial class MigrationActor
{
    private readonly HashSet<SpecKey> _unanswered = [];
    private readonly List<HandOverDisk> _read = [];
    private readonly Queue<(SpecKey Disk, VcrText Vcr)> _steps = [];
    private ImmutableSortedDictionary<SpecKey, IActorRef> _volumes;
    private HandOverDisks? _source;
    private ulong _generation;
    private bool _isTaking;

    private void RunOnDisks(MigrationEffect effect)
    {
        switch (effect)
        {
            case MigrationEffect.FlushDisks:
                AskAll(new VolumeProtocol.Flush(Self));
                if (_unanswered.Count == 0)
                    Self.Tell(new MigrationInput.DisksFlushed());
                break;
            case MigrationEffect.ReadDisks:
                ReadAll(new VolumeProtocol.GetHandOver(Self));
                break;
            case MigrationEffect.SealDisks:
                ReadAll(new VolumeProtocol.Seal(Self));
                break;
            case MigrationEffect.UnsealDisks:
                foreach (var volume in _volumes.Values)
                    volume.Tell(new VolumeProtocol.Unseal());
                break;
            case MigrationEffect.TakeDisks take:
                _source = take.Disks;
                ReadAll(new VolumeProtocol.GetHandOver(Self));
                break;
            default:
                throw new UnreachableException(effect.ToString());
        }
    }

    private void AskAll(object question)
    {
        _unanswered.Clear();
        foreach (var (disk, volume) in _volumes)
        {
            _unanswered.Add(disk);
            volume.Tell(question);
        }
    }

    private void ReadAll(object question)
    {
        _read.Clear();
        AskAll(question);
        if (_unanswered.Count == 0)
            AllRead();
    }

    private void OnFlushed(VolumeProtocol.Flushed flushed)
    {
        if (flushed.Error is { } why)
            Apply(new MigrationInput.NotDone($"disk {flushed.Disk} could not flush: {why}"));
        else if (_unanswered.Remove(flushed.Disk) && _unanswered.Count == 0)
            Apply(new MigrationInput.DisksFlushed());
    }

    private void OnDiskRead(HandOverDisk disk)
    {
        if (!_unanswered.Remove(disk.Disk))
            return;
        _read.Add(disk);
        if (_unanswered.Count == 0)
            AllRead();
    }

    private void AllRead()
    {
        if (_source is { } source)
            Take(source);
        else
            Self.Tell(new MigrationInput.DisksRead(Propolis.Core.ValueList.From(_read.OrderBy(disk => disk.Disk))));
    }

    /// <summary>Our own VCRs are known: decide what each becomes, and make it so one after another.</summary>
    private void Take(HandOverDisks source)
    {
        _source = null;
        _steps.Clear();
        _generation = 0;
        foreach (var own in _read)
        {
            if (source.FirstOrDefault(disk => disk.Disk == own.Disk) is not { } theirs)
            {
                Self.Tell(new MigrationInput.NotDone($"the source has no disk {own.Disk}"));
                return;
            }

            switch (VcrSuccession.Decide(new VcrText(own.VcrJson), new VcrText(theirs.VcrJson), theirs.Runs))
            {
                case VcrHandOver.Take take:
                    foreach (var step in take.Steps)
                        _steps.Enqueue((own.Disk, step));
                    var last = take.Steps is [.., var newest] ? newest : new VcrText(own.VcrJson);
                    _generation = Math.Max(_generation, VcrSuccession.GenerationOf(last));
                    break;
                case VcrHandOver.Refused refused:
                    Self.Tell(new MigrationInput.NotDone($"disk {own.Disk} is not the source's: {refused.Why}"));
                    return;
                case var other:
                    throw new UnreachableException($"{other}");
            }
        }

        _isTaking = true;
        TakeNext();
    }

    private void TakeNext()
    {
        if (!_isTaking)
            return;
        if (_steps.TryDequeue(out var step))
        {
            _volumes[step.Disk].Tell(new VolumeProtocol.Replace(step.Vcr.Json, Self));
            return;
        }

        _isTaking = false;
        Apply(new MigrationInput.DisksTaken(_generation));
    }
}
