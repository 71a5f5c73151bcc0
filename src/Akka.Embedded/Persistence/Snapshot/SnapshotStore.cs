using Akka.Actor;
using Akka.Persistence.Plugins;

namespace Akka.Persistence.Snapshot;

/// <summary>The base of snapshot stores: an actor that calls the storage and answers persistent actors.</summary>
/// <remarks>Every call has a time limit and counts in a circuit breaker, <c>circuit-breaker</c> in the
/// configuration.</remarks>
public abstract class SnapshotStore : ActorBase
{
    private readonly PluginCalls _calls;

    /// <summary>Reads the plugin's configuration.</summary>
    protected SnapshotStore()
    {
        var config = Persistence.Instance.Apply(Context.System).ConfigFor(Self);
        _calls = new PluginCalls(Self, Context.System.Scheduler, config);
    }

    /// <summary>The newest snapshot that fits, or null.</summary>
    protected abstract Task<SelectedSnapshot?> LoadAsync(string persistenceId, SnapshotSelectionCriteria criteria);

    /// <summary>Stores a snapshot, in the place of one with the same number.</summary>
    protected abstract Task SaveAsync(SnapshotMetadata metadata, object snapshot);

    /// <summary>Deletes the snapshot of that number, and of that time unless it is
    /// <see cref="DateTime.MinValue"/>.</summary>
    protected abstract Task DeleteAsync(SnapshotMetadata metadata);

    /// <summary>Deletes the snapshots that fit.</summary>
    protected abstract Task DeleteAsync(string persistenceId, SnapshotSelectionCriteria criteria);

    /// <summary>Handles messages of the plugin's own.</summary>
    protected virtual bool ReceivePluginInternal(object message) => false;

    /// <inheritdoc/>
    protected sealed override bool Receive(object message)
    {
        switch (message)
        {
            case SnapshotProtocol.Load load:
                Load(load);
                return true;
            case SnapshotProtocol.Save save:
                Save(save);
                return true;
            case SnapshotProtocol.DeleteOne delete:
                Answer(
                    delete.Actor,
                    () => DeleteAsync(delete.Metadata),
                    new DeleteSnapshotSuccess(delete.Metadata),
                    cause => new DeleteSnapshotFailure(delete.Metadata, cause));
                return true;
            case SnapshotProtocol.DeleteMany delete:
                Answer(
                    delete.Actor,
                    () => DeleteAsync(delete.PersistenceId, delete.Criteria),
                    new DeleteSnapshotsSuccess(delete.Criteria),
                    cause => new DeleteSnapshotsFailure(delete.Criteria, cause));
                return true;
            default:
                return _calls.TryHandle(message) || ReceivePluginInternal(message);
        }
    }

    private void Load(SnapshotProtocol.Load load)
    {
        var self = Self;
        if (load.Criteria.Equals(SnapshotSelectionCriteria.None))
        {
            load.Actor.Tell(new SnapshotProtocol.Loaded(null, load.InstanceId), self);
            return;
        }
        _calls.Run(
            () => LoadAsync(load.PersistenceId, load.Criteria.Limit(load.ToSequenceNr)),
            snapshot => load.Actor.Tell(new SnapshotProtocol.Loaded(snapshot, load.InstanceId), self),
            cause => load.Actor.Tell(new SnapshotProtocol.LoadFailed(cause, load.InstanceId), self));
    }

    private void Save(SnapshotProtocol.Save save)
    {
        var metadata = save.Metadata.Timestamp == DateTime.MinValue
            ? new SnapshotMetadata(
                save.Metadata.PersistenceId, save.Metadata.SequenceNr, Context.System.Scheduler.Now.UtcDateTime)
            : save.Metadata;
        Answer(
            save.Actor,
            () => SaveAsync(metadata, save.Snapshot),
            new SaveSnapshotSuccess(metadata),
            cause => new SaveSnapshotFailure(metadata, cause));
    }

    private void Answer(IActorRef actor, Func<Task> call, object success, Func<Exception, object> failure)
    {
        var self = Self;
        _calls.Run(
            async () =>
            {
                await call().ConfigureAwait(false);
                return true;
            },
            _ => actor.Tell(success, self),
            cause => actor.Tell(failure(cause), self));
    }
}
