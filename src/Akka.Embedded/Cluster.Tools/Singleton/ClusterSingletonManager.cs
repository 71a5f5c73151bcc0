using Akka.Actor;
using Akka.Configuration;
using Akka.Event;

namespace Akka.Cluster.Tools.Singleton;

/// <summary>Parent of an actor of which the cluster has one. Here the one process is always its host.</summary>
/// <remarks><code>
/// start ──▶ hosting ── coordinated shutdown ──▶ termination message sent ── singleton stopped ──▶ stopped
///              └───── singleton stops by itself ──▶ nothing hosted; stays so until the manager is started again
/// </code></remarks>
public sealed class ClusterSingletonManager : ReceiveActor
{
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Props _singletonProps;
    private readonly object _terminationMessage;
    private readonly ClusterSingletonManagerSettings _settings;
    private IActorRef? _singleton;
    private bool _isHandingOver;

    public ClusterSingletonManager(
        Props singletonProps, object terminationMessage, ClusterSingletonManagerSettings settings)
    {
        _singletonProps = singletonProps;
        _terminationMessage = terminationMessage;
        _settings = settings;

        Receive<HandOver>(_ => OnHandOver());
        Receive<Terminated>(OnSingletonStopped);
    }

    /// <summary>Defaults of the keys that are read here.</summary>
    public static Config DefaultConfig() => ClusterSingletonDefaults.Value;

    /// <summary>A manager whose singleton is stopped by <see cref="PoisonPill"/>.</summary>
    public static Props Props(Props singletonProps, ClusterSingletonManagerSettings settings)
        => Props(singletonProps, PoisonPill.Instance, settings);

    /// <summary>A manager.</summary>
    /// <param name="singletonProps">The singleton, restarted like any child when it fails.</param>
    /// <param name="terminationMessage">Makes the singleton stop; what it does before that is its own affair.</param>
    /// <param name="settings">Its name and role.</param>
    public static Props Props(
        Props singletonProps, object terminationMessage, ClusterSingletonManagerSettings settings)
    {
        ArgumentNullException.ThrowIfNull(singletonProps);
        ArgumentNullException.ThrowIfNull(terminationMessage);
        ArgumentNullException.ThrowIfNull(settings);
        return Actor.Props.Create(() => new ClusterSingletonManager(singletonProps, terminationMessage, settings));
    }

    /// <inheritdoc/>
    protected override void PreStart()
    {
        _singleton = Context.Watch(Context.ActorOf(_singletonProps, _settings.SingletonName));
        IActorRef[] self = [Self];
        CoordinatedShutdown.Get(Context.System).AddStop(
            CoordinatedShutdown.PhaseClusterExiting, "wait-singleton-exiting", () => self, new HandOver());
    }

    private void OnHandOver()
    {
        if (_isHandingOver)
            return;
        _isHandingOver = true;
        if (_singleton is null)
            Context.Stop(Self);
        else
            _singleton.Tell(_terminationMessage);
    }

    private void OnSingletonStopped(Terminated terminated)
    {
        _singleton = null;
        if (_isHandingOver)
            Context.Stop(Self);
        else
            _log.Info("Singleton [{0}] stopped by itself", terminated.ActorRef.Path);
    }

    private sealed record HandOver;
}
