using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using Propolis.Core.Api;
using Propolis.Core.Lifecycle;
using Propolis.Core.Migration;
using Propolis.Core.Spec;
using PropolisActors.Journal;
using PropolisActors.Protocols;

namespace PropolisActors.Actors;

// A VM that leaves for another server or comes from one. A VM that comes is nothing a restart could bring back until its
// spec has come and is stored; what it publishes before that is only shown.
public sealed partial class VmSupervisor
{
    /// <summary>Ends of migrations that have not said they are over.</summary>
    private readonly Dictionary<IActorRef, MigrationRun> _migrations = [];
    private int _migrationsMade;

    private void ReceiveMigrations()
    {
        Receive<VmProtocol.MigrateIn>(OnMigrateIn);
        Receive<VmProtocol.MigrateOut>(OnMigrateOut);
        Receive<MigrationProtocol.Progress>(OnProgress);
        Receive<MigrationProtocol.Build>(OnBuild);
        Receive<MigrationProtocol.Over>(_ => _migrations.Remove(Sender));
    }

    private void OnMigrateOut(VmProtocol.MigrateOut command)
    {
        if (_instance is not { IsEnding: false, Spec: { } spec } instance)
        {
            Refuse(ApiError.NoInstance);
            return;
        }

        var texts = new SpecTexts(
            MigrationText.OfSpec(spec.Spec, MigrationDialect.HandOver), MigrationText.OfSpec(spec.Spec, MigrationDialect.Plain));
        var migration = Start(
            MigrationRun.Out(command.Migration, texts, _parts.Options.Migration), instance, command.Link, VolumesOf(instance));
        Sender.Tell(new VmProtocol.MigratingOut(migration));
        instance.Lifecycle.Tell(new LifecycleProtocol.MigrateOut(command.Migration, migration));
    }

    private void OnMigrateIn(VmProtocol.MigrateIn command)
    {
        if (_instance is { HasEnded: false } || _isCreating)
        {
            Refuse(ApiError.AlreadyInitialized);
            return;
        }

        _waiters.Clear();
        var instance = _instance = new Instance(++_instances, command.Properties, spec: null, Sender) { Arrival = command.Init };
        InstanceBuilder.BuildLifecycle(Context, instance, _parts);
        var migration = Start(
            MigrationRun.In(command.Init.MigrationId, command.Address, _parts.Options.Migration), instance, command.Link,
            ImmutableSortedDictionary<SpecKey, IActorRef>.Empty);
        instance.Lifecycle.Tell(new LifecycleProtocol.BeginTarget(command.Init.MigrationId, migration));
        command.Link.Tell(new MigrationProtocol.Connect(command.Init), migration);
    }

    private IActorRef Start(
        MigrationRun run, Instance instance, IActorRef link, ImmutableSortedDictionary<SpecKey, IActorRef> volumes)
    {
        var migration = Context.Watch(Context.ActorOf(
            MigrationActor.Props(run, instance.Lifecycle, instance.Console, link, volumes), $"migration-{++_migrationsMade}"));
        _migrations.Add(migration, run);
        return migration;
    }

    private void OnProgress(MigrationProtocol.Progress progress)
    {
        if (_instance is { IsEnding: false, Newest: { } newest } instance && _migrations.ContainsKey(Sender))
        {
            var now = _parts.Time.GetUtcNow();
            var migrations = newest.Current.Migrations.With(progress.Direction, progress.Status);
            Publish(instance, newest.Next(migrations, now), now);
        }
    }

    /// <summary>The source's spec has come: it is amended, stored, and built.</summary>
    private void OnBuild(MigrationProtocol.Build build)
    {
        if (_instance is not { IsEnding: false, Arrival: { } arrival } instance || !_migrations.ContainsKey(Sender))
            return;
        var (spec, why) = SpecAmendment.Amend(build.Source, arrival.ReplaceComponents);
        if (spec is null)
            Sender.Tell(new MigrationInput.NotDone($"the source's spec does not fit here: {why}"));
        else
            Write(
                new JournalEvent.InstanceEnsured(instance.Number, instance.Properties, spec),
                new PendingWrite.Arrival(instance, spec, Sender));
    }

    private void BuildArrival(PendingWrite.Arrival arrival)
    {
        var instance = arrival.Instance;
        if (!ReferenceEquals(instance, _instance) || instance.IsEnding)
            return;
        instance.Spec = arrival.Spec;
        instance.IsStored = true;
        if (InstanceBuilder.BuildArrival(Context, instance, _name, _parts) is { } why)
        {
            arrival.Migration.Tell(new MigrationInput.NotDone(why));
            return;
        }

        arrival.Migration.Tell(new MigrationProtocol.Built(VolumesOf(instance), instance.Console));
        instance.AnswerEnsure(new VmProtocol.Ensured());
    }

    /// <summary>An end of a migration that ended by a defect has told nobody.</summary>
    private bool OnMigrationGone(IActorRef gone)
    {
        if (!_migrations.Remove(gone, out var run))
            return false;
        if (_instance is { IsEnding: false } instance)
        {
            _log.Error("a migration of {0} ended by a defect", _name);
            instance.TellVolumes(new VolumeProtocol.Unseal());
            instance.Lifecycle.Tell(new LifecycleProtocol.FromMigration(run.Direction == MigrationDirection.In
                ? new VmInput.MigrationInFailed(run.Migration, "internal error in the migration; the log has the details")
                : new VmInput.MigrationOutFailed(run.Migration, ReclaimGeneration: 0)), gone);
        }

        return true;
    }

    /// <summary>A migration under way when the VM ends has failed: no end leaves one that seems to go on.</summary>
    private static PublishedState WithoutUnfinished(PublishedState last) => last.Current switch
    {
        { State: not (InstanceState.Failed or InstanceState.Destroyed) } => last,
        { Migrations: var migrations } => last.WithMigrations(new MigrationStatuses(
            Finished(migrations.In), Finished(migrations.Out))),
    };

    private static MigrationStatus? Finished(MigrationStatus? status) =>
        status is null or { State: MigrationState.Finish } ? status : status with { State = MigrationState.Error };

    private static ImmutableSortedDictionary<SpecKey, IActorRef> VolumesOf(Instance instance) =>
        instance.Volumes.ToImmutableSortedDictionary();
}
