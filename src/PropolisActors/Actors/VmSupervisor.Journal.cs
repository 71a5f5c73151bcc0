using System.Diagnostics;
using Akka.Actor;
using Akka.Event;
using Propolis.Core.Api;
using Propolis.Core.Lifecycle;
using Propolis.Core.Migration;
using Propolis.Core.Spec;
using PropolisActors.Journal;
using PropolisActors.Protocols;

namespace PropolisActors.Actors;

// What a VM remembers over a restart. A creation whose storing failed is refused; a state whose storing failed is shown all
// the same, because a stop must end in Destroyed even when the journal's disk is full (L2). What is then lost is only how
// the VM ended: after a restart it is Failed, "service restarted".
public sealed partial class VmSupervisor
{
    private readonly JournalWriter<PendingWrite> _journal;
    private readonly Dictionary<SpecKey, JournalWriter<PendingWrite>> _volumeJournals = [];
    private readonly bool _isRemembered;
    private bool _isReplayed;
    private bool _isCreating;
    private string? _unreadable;
    private int _instances;

    private void StoreInstance(VmProtocol.Ensure command)
    {
        _isCreating = true;
        var number = ++_instances;
        Write(
            new JournalEvent.InstanceEnsured(number, command.Properties, command.Spec),
            new PendingWrite.Creation(command, number, Sender));
    }

    private void StoreState(Instance instance, PublishedState state, DateTimeOffset at) => Write(
        new JournalEvent.StatePublished(state.Current.Gen, state.Current.State, at, instance.FailureReason),
        new PendingWrite.Publication(instance, state));

    private void Write(JournalEvent @event, PendingWrite what)
    {
        if (!_journal.TryWrite(@event, what))
            GiveUp(what, "too many writes wait for the journal");
    }

    private void OnJournal(JournalProtocol.News news)
    {
        if (_journal.IsCurrent(news))
            OnOwnJournal(news);
        else if (_volumeJournals.FirstOrDefault(entry => entry.Value.IsCurrent(news)) is { Value: { } journal } volume)
            OnVolumeRemembered(volume.Key, journal, news);

        // Anything else is stale: of a journal that was given up.
    }

    private void OnOwnJournal(JournalProtocol.News news)
    {
        switch (news)
        {
            case JournalProtocol.Replayed replayed when _isRemembered && !_isReplayed:
                _isReplayed = true;
                OnReplayed(replayed);
                break;
            case JournalProtocol.Replayed:
                // Everything in it was written by this very actor.
                break;
            case JournalProtocol.Written written:
                Keep(_journal.Take(written));
                break;
            case JournalProtocol.Failed failed:
                OnJournalFailed(failed);
                break;
            default:
                throw new UnreachableException($"{news}");
        }
    }

    private void Keep(PendingWrite what)
    {
        switch (what)
        {
            case PendingWrite.Creation creation:
                _isCreating = false;
                _unreadable = null;
                Build(creation.Command, creation.Number, creation.Asker);
                break;
            case PendingWrite.Publication publication:
                Show(publication.Instance, publication.State);
                break;
            case PendingWrite.Arrival arrival:
                BuildArrival(arrival);
                break;
            default:
                throw new UnreachableException($"{what}");
        }
    }

    private void GiveUp(PendingWrite what, string reason)
    {
        switch (what)
        {
            case PendingWrite.Creation creation:
                _isCreating = false;
                creation.Asker.Tell(new VmProtocol.Refused(ApiError.NotStored(reason)));
                break;
            case PendingWrite.Publication publication:
                Show(publication.Instance, publication.State);
                break;
            case PendingWrite.Arrival arrival:
                arrival.Migration.Tell(new MigrationInput.NotDone($"the VM could not be stored here: {reason}"));
                break;
            default:
                throw new UnreachableException($"{what}");
        }
    }

    private void OnJournalFailed(JournalProtocol.Failed failed)
    {
        _log.Error("the journal of {0} failed: {1}", _name, failed.Reason);
        foreach (var write in _journal.Take(failed))
            GiveUp(write, failed.Reason);
        if (!_isRemembered || _isReplayed)
            return;
        _isReplayed = true;
        BeUnreadable(failed.Reason);
    }

    private void OnReplayed(JournalProtocol.Replayed replayed)
    {
        if (RememberedInstance.Of(replayed.Events) is not { } remembered)
        {
            Context.Parent.Tell(new VmProtocol.Recovered(_name));
            return;
        }

        var now = remembered.Now(_parts.Time.GetUtcNow());
        _instances = remembered.Number;
        _instance = new Instance(remembered.Number, remembered.Properties, remembered.Spec, ensuredBy: null)
        {
            FailureReason = now.FailureReason,
            IsEnding = true,
        };
        _instance.Newest = PublishedState.Restored(now.Gen, now.State, now.At);
        foreach (var disk in remembered.Spec.VolumeKeys)
        {
            var journal = new JournalWriter<PendingWrite>(
                Context, InstanceBuilder.JournalOf(_name, remembered.Number, disk), _parts.Journal);
            _volumeJournals.Add(disk, journal);
            journal.Open();
        }

        if (!remembered.HasEnded)
            StoreState(_instance, _instance.Newest, now.At);
        RecoveredIfComplete();
    }

    private void OnVolumeRemembered(SpecKey disk, JournalWriter<PendingWrite> journal, JournalProtocol.News news)
    {
        if (news is JournalProtocol.Failed failed)
            BeUnreadable(failed.Reason);
        else if (news is JournalProtocol.Replayed { Events: [.., JournalEvent.VolumeStored stored] })
            _instance!.Spec = _instance.Spec!.WithRequestJson(disk, stored.Record.Text.Json);
        journal.Close();
        _volumeJournals.Remove(disk);
        RecoveredIfComplete();
    }

    /// <summary>Shows the VM as it is remembered, once that is complete: never a spec with an old VCR in it.</summary>
    private void RecoveredIfComplete()
    {
        if (_volumeJournals.Count > 0 || _instance is not { } instance)
            return;
        Show(instance, instance.Newest!);
        Context.Parent.Tell(new VmProtocol.Recovered(_name));
    }

    /// <summary>What it was is still stored but cannot be read; until a new instance is created, that is all there is to say.</summary>
    private void BeUnreadable(string reason)
    {
        _log.Error("what is stored of {0} cannot be read: {1}", _name, reason);
        _unreadable = reason;
        if (_instance is null)
            Context.Parent.Tell(new VmProtocol.Recovered(_name));
        else
            _instance.FailureReason = $"{RememberedInstance.Restarted}; {reason}";
    }

    /// <summary>Something that is done, or given up, when it is known what became of its event.</summary>
    private abstract record PendingWrite
    {
        public sealed record Creation(VmProtocol.Ensure Command, int Number, IActorRef Asker) : PendingWrite;

        public sealed record Publication(Instance Instance, PublishedState State) : PendingWrite;

        public sealed record Arrival(Instance Instance, ValidatedSpec Spec, IActorRef Migration) : PendingWrite;
    }
}
