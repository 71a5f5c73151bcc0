using Akka.Actor;
using Akka.Configuration;
using Akka.Event;

namespace Akka.Cluster.Tools.Singleton;

/// <summary>Passes messages on to a singleton, sender kept; keeps them while it is not known where that is.</summary>
public sealed class ClusterSingletonProxy : ReceiveActor, IWithTimers
{
    private const string IdentifyKey = "identify";

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Queue<(object Message, IActorRef Sender)> _kept = new();
    private readonly string _singletonPath;
    private readonly ClusterSingletonProxySettings _settings;
    private IActorRef? _singleton;
    private int _search;

    public ClusterSingletonProxy(string singletonManagerPath, ClusterSingletonProxySettings settings)
    {
        _singletonPath = $"{singletonManagerPath}/{settings.SingletonName}";
        _settings = settings;

        Receive<TryToIdentify>(_ => Context.ActorSelection(_singletonPath).Tell(new Identify(_search)));
        Receive<ActorIdentity>(OnIdentity, identity => identity.MessageId is int);
        Receive<Terminated>(OnTerminated);
        ReceiveAny(OnMessage);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>Defaults of the keys that are read here.</summary>
    public static Config DefaultConfig() => ClusterSingletonDefaults.Value;

    /// <summary>A proxy.</summary>
    /// <param name="singletonManagerPath">Path of the manager without address, for example <c>/user/clock</c>.</param>
    /// <param name="settings">The singleton's name, and the limits.</param>
    public static Props Props(string singletonManagerPath, ClusterSingletonProxySettings settings)
    {
        ArgumentException.ThrowIfNullOrEmpty(singletonManagerPath);
        ArgumentNullException.ThrowIfNull(settings);
        return Actor.Props.Create(() => new ClusterSingletonProxy(singletonManagerPath, settings));
    }

    /// <inheritdoc/>
    protected override void PreStart() => Identify();

    private void Identify()
    {
        _search++;
        Timers.StartPeriodicTimer(
            IdentifyKey, TryToIdentify.Instance, TimeSpan.Zero, _settings.SingletonIdentificationInterval);
    }

    private void OnIdentity(ActorIdentity identity)
    {
        // An answer of an earlier search may name an incarnation that is gone.
        if (identity.Subject is not { } subject || (int)identity.MessageId != _search || _singleton is not null)
            return;
        _log.Info("Singleton identified at [{0}]", subject.Path);
        _singleton = Context.Watch(subject);
        Timers.Cancel(IdentifyKey);
        while (_kept.TryDequeue(out var kept))
            subject.Tell(kept.Message, kept.Sender);
    }

    private void OnTerminated(Terminated terminated)
    {
        if (!terminated.ActorRef.Equals(_singleton))
            return;
        _singleton = null;
        Identify();
    }

    private void OnMessage(object message)
    {
        if (_singleton is not null)
        {
            _singleton.Forward(message);
            return;
        }
        if (_kept.Count == _settings.BufferSize && _kept.TryDequeue(out var oldest))
            _log.Debug("Singleton not available, buffer full, dropping oldest message [{0}]", oldest.Message.GetType());
        if (_kept.Count < _settings.BufferSize)
            _kept.Enqueue((message, Sender));
        else
            _log.Debug("Singleton not available and buffering is disabled, dropping message [{0}]", message.GetType());
    }

    private sealed class TryToIdentify
    {
        public static readonly TryToIdentify Instance = new();
    }
}
