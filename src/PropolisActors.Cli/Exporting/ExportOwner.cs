using Akka.Actor;
using Crucible.Core.Volumes;
using PropolisActors.Actors;
using PropolisActors.Protocols;

namespace PropolisActors.Cli.Exporting;

// Stands where a VM's supervisor and lifecycle stand: it is the parent of one volume actor, demands it active from the
// start, and hears its reports. The volume cannot tell the difference.

/// <summary>The owner of a volume that no VM uses.</summary>
internal sealed class ExportOwner : ReceiveActor
{
    private readonly Action<News> _say;
    private readonly IActorRef _volume;

    /// <summary>Makes the volume's actor.</summary>
    /// <param name="volume">The recipe for the volume actor, given whom it reports to.</param>
    /// <param name="say">Called on the actor's thread; must not block.</param>
    public ExportOwner(Func<IActorRef, VolumeActor.VolumeSetup> volume, Action<News> say)
    {
        _say = say;
        _volume = Context.ActorOf(VolumeActor.Props(volume(Self)), "volume");

        Receive<VolumeProtocol.Report>(OnReport);
        Receive<Replace>(m => _volume.Tell(new VolumeProtocol.Replace(m.VcrJson, Self)));
        Receive<VmProtocol.VcrReplaced>(m => _say(new News.Said(Meaning(m.Result))));
        Receive<VmProtocol.Refused>(m => _say(new News.Said($"replacement refused: {m.Why.Message}")));
        Receive<VolumeProtocol.VcrStored>(static _ => { });  // the file its user edits is what is stored
        Receive<VolumeActor.StatusChanged>(_volume.Tell);
        Receive<LetGo>(_ => _volume.Tell(new VolumeProtocol.Demand(Active: false)));
    }

    /// <summary>Asks for another VCR; its answer is news.</summary>
    public sealed record Replace(string VcrJson)
    {
        public override string ToString() => "Replace";
    }

    /// <summary>Asks for a flush and for the servers to be let go; its end is <see cref="News.Inactive"/>.</summary>
    public sealed record LetGo;

    /// <summary>What the owner says.</summary>
    public abstract record News
    {
        public sealed record Active : News;

        public sealed record Inactive : News;

        public sealed record Failed(string Why) : News;

        public sealed record Said(string Text) : News;
    }

    public static Props Props(Func<IActorRef, VolumeActor.VolumeSetup> volume, Action<News> say) =>
        Akka.Actor.Props.Create(() => new ExportOwner(volume, say));

    protected override void PreStart() => _volume.Tell(new VolumeProtocol.Demand(Active: true));

    private static string Meaning(VolumeReplaceResult result) => result switch
    {
        VolumeReplaceResult.Started => "replacement started: the copy on the new server is not in sync yet",
        VolumeReplaceResult.StartedAlready => "replaced before; the copy on the new server is not in sync yet",
        VolumeReplaceResult.CompletedAlready => "replaced before; the copy on the new server is in sync",
        VolumeReplaceResult.VcrMatches => "the servers are the same",
        _ => throw new System.Diagnostics.UnreachableException($"{result}"),
    };

    private void OnReport(VolumeProtocol.Report report) => _say(report switch
    {
        VolumeProtocol.Report.Active => new News.Active(),
        VolumeProtocol.Report.Inactive => new News.Inactive(),
        VolumeProtocol.Report.Failed failed => new News.Failed(failed.Why),
        _ => throw new System.Diagnostics.UnreachableException($"{report}"),
    });
}
