using Akka.Actor;
using Akka.Configuration;
using PropolisActors.Actors;

namespace PropolisActors.Tests.Journal;

/// <summary>One run of the service's actors on a disk that outlives it.</summary>
internal sealed class ServiceLife : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private const string Hocon = """
        akka.loglevel = OFF
        akka.stdout-loglevel = OFF
        akka.persistence.journal.plugin = "akka.persistence.journal.disk"
        akka.persistence.journal.disk.class = "PropolisActors.Tests.Journal.DiskJournal, PropolisActors.Tests"
        akka.persistence.snapshot-store.plugin = "akka.persistence.snapshot-store.inmem"
        akka.actor.serializers.propolis-journal = "PropolisActors.Journal.JournalSerializer, PropolisActors"
        akka.actor.serialization-bindings."PropolisActors.Journal.JournalEvent, PropolisActors" = propolis-journal
        """;

    private readonly ActorSystem _system = ActorSystem.Create("life", ConfigurationFactory.ParseString(Hocon));
    private readonly IActorRef _directory;

    public ServiceLife(JournalDisk disk)
    {
        Disk = disk;
        _system.RegisterExtension(disk);
        _directory = _system.ActorOf(
            VmDirectory.Props(new VmParts(Machine, Volumes, ServiceOptions.Default, TimeProvider.System)), "vms");
    }

    public JournalDisk Disk { get; }

    public ScriptedVolumes Volumes { get; } = new();

    public ScriptedMachine Machine { get; } = new(static _ => { });

    /// <summary>The answer; null when the service was killed before it gave one.</summary>
    public async Task<object?> AskAsync(object message)
    {
        var answer = _directory.Ask<object>(message, Patience);
        return await Task.WhenAny(answer, Disk.Killed.Task) == answer ? await answer : null;
    }

    public async ValueTask DisposeAsync() => await _system.Terminate().WaitAsync(Patience);
}
