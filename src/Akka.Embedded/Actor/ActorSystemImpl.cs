using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;
using Akka.Util;

namespace Akka.Actor;

/// <summary>The system: guardians, the references every system has, and the order of its end.</summary>
/// <remarks>The end: user guardian, then system guardian, then root, then callbacks, then the scheduler.</remarks>
internal sealed partial class ActorSystemImpl : ExtendedActorSystem
{
    private readonly ConcurrentDictionary<Type, Lazy<object>> _extensions = new();
    private readonly Stack<Action> _onTermination = new();
    private readonly Lock _terminationGate = new();
    private readonly TaskCompletionSource _terminated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IInternalActorRef _userGuardian;
    private readonly IInternalActorRef _systemGuardian;
    private readonly DeadLetterActorRef _deadLetters;
    private readonly Lazy<Serialization.Serialization> _serialization;
    private readonly long _startTimestamp;
    private long _lastUid;
    private bool _ended;

    public ActorSystemImpl(string name, ActorSystemSetup setup)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!NamePattern().IsMatch(name))
        {
            throw new ArgumentException(
                $"Invalid ActorSystem name [{name}]. It must hold only ASCII letters, digits and hyphens, and not " +
                "start with a hyphen.",
                nameof(name));
        }
        Name = name;
        var bootstrap = setup.Get<BootstrapSetup>();
        var given = bootstrap.HasValue && bootstrap.Value.Config.HasValue ? bootstrap.Value.Config.Value : null;
        Settings = new Settings(given is null ? ConfigurationFactory.Load() : given.WithFallback(ConfigurationFactory.Default()));
        RefuseOtherProviders(bootstrap);
        // Read now, so that phases that cannot be ordered fail the start and not the end.
        ShutdownPhases = new ShutdownPhases(Settings.Config);
        var execution = setup.Get<ExecutionSetup>();
        Execution = execution.HasValue ? execution.Value.Execution : new ThreadPoolExecution();
        Observer = Execution.Observer;
        Dispatchers = new Dispatchers(Settings.Config, Execution);
        MailboxTypes.CheckDefault(Settings.Config);
        StartTimeUtc = Execution.Time.GetUtcNow();
        _startTimestamp = Execution.Time.GetTimestamp();
        Setup = setup;
        _serialization = new Lazy<Serialization.Serialization>(() => new Serialization.Serialization(this));

        var root = new RootActorPath(new Address("akka", name));
        _deadLetters = new DeadLetterActorRef(this, root / "deadLetters");
        IgnoreRef = new IgnoreActorRef(this, root / "ignore");
        TempRef = new TempContainerRef(this, root / "temp");
        EventStream = new EventStream(this);
        Log = new BusLogging(EventStream, $"ActorSystem({name})", typeof(ActorSystem), DefaultLogMessageFormatter.Instance);
        Scheduler = CreateScheduler();

        var above = new SystemRootParent(this, root / "bubble-walker");
        var strategy = SupervisorStrategyConfigurator.CreateConfigurator(Settings.SupervisorStrategyClass).Create();
        RootGuardian = StartRoot(root, above);
        var rootCell = ((LocalActorRef)RootGuardian).Cell;
        _systemGuardian = (IInternalActorRef)rootCell.ActorOf(GuardianActor.Props(SupervisorStrategy.DefaultStrategy), "system");
        _userGuardian = (IInternalActorRef)rootCell.ActorOf(GuardianActor.Props(strategy), "user");
        _systemGuardian.SendSystemMessage(new SystemMessage.Watch(above));
        _userGuardian.SendSystemMessage(new SystemMessage.Watch(above));

        EventStream.StartLoggers();
        if (Settings.LogConfigOnStart)
            Log.Info("{0}", Settings.ToString());
    }

    public override Settings Settings { get; }

    public override string Name { get; }

    public override DateTimeOffset StartTimeUtc { get; }

    public override TimeSpan Uptime => Execution.Time.GetElapsedTime(_startTimestamp);

    public override EventStream EventStream { get; }

    public override IActorRef DeadLetters => _deadLetters;

    public override IActorRef IgnoreRef { get; }

    public override IScheduler Scheduler { get; }

    public override Serialization.Serialization Serialization => _serialization.Value;

    public override ILoggingAdapter Log { get; }

    public override Dispatchers Dispatchers { get; }

    public override Task WhenTerminated => _terminated.Task;

    internal IExecution Execution { get; }

    /// <summary>The execution's observer.</summary>
    internal IStepObserver? Observer { get; }

    internal PromiseList Promises { get; } = new();

    internal ActorSystemSetup Setup { get; }

    internal ShutdownPhases ShutdownPhases { get; }

    internal DeadLetterActorRef DeadLetterRef => _deadLetters;

    internal TempContainerRef TempRef { get; }

    internal IInternalActorRef RootGuardian { get; }

    internal TimeSpan MonotonicNow => Uptime;

    public override IActorRef ActorOf(Props props, string? name = null) => ((LocalActorRef)_userGuardian).Cell.ActorOf(props, name);

    public override IActorRef SystemActorOf(Props props, string? name = null)
        => ((LocalActorRef)_systemGuardian).Cell.ActorOf(props, name);

    public override IActorRef SystemActorOf<TActor>(string? name = null) => SystemActorOf(Props.Create<TActor>(), name);

    public override ActorSelection ActorSelection(ActorPath actorPath)
        => SelectionParser.Parse(this, RootGuardian, actorPath.ToString());

    public override ActorSelection ActorSelection(string actorPath)
        => SelectionParser.Parse(this, RootGuardian, actorPath);

    public override void Stop(IActorRef actor)
        => (actor as IInternalActorRef)?.SendSystemMessage(new SystemMessage.Terminate());

    public override Task Terminate() => Settings.CoordinatedShutdownRunByActorSystemTerminate
        ? CoordinatedShutdown.Get(this).Run(CoordinatedShutdown.ActorSystemTerminateReason.Instance)
        : StopGuardians();

    public override void RegisterOnTermination(Action code)
    {
        lock (_terminationGate)
        {
            if (_ended)
                throw new InvalidOperationException("ActorSystem already terminated.");
            _onTermination.Push(code);
        }
    }

    public override object RegisterExtension(IExtensionId extension)
    {
        ArgumentNullException.ThrowIfNull(extension);
        return _extensions.GetOrAdd(
            extension.ExtensionType, _ => new Lazy<object>(() => extension.CreateExtension(this))).Value;
    }

    public override object GetExtension(IExtensionId extensionId)
        => TryGetExtension(extensionId.ExtensionType, out var extension) ? extension : null!;

    public override bool HasExtension(Type type) => _extensions.ContainsKey(type);

    public override bool HasExtension<T>() => HasExtension(typeof(T));

    public override bool TryGetExtension(Type extensionType, [MaybeNullWhen(false)] out object extension)
    {
        extension = _extensions.TryGetValue(extensionType, out var made) ? made.Value : null;
        return extension is not null;
    }

    public override bool TryGetExtension<T>([MaybeNullWhen(false)] out T extension)
    {
        var found = TryGetExtension(typeof(T), out var made);
        extension = (T?)made;
        return found;
    }

    /// <summary>Stops the actors at once, without the phases of a coordinated shutdown.</summary>
    internal Task StopGuardians()
    {
        EventStream.BeforeActorsStop();
        _userGuardian.SendSystemMessage(new SystemMessage.Terminate());
        return WhenTerminated;
    }

    internal long NextUid() => Interlocked.Increment(ref _lastUid);

    internal bool IsGuardian(IInternalActorRef actor)
        => ReferenceEquals(actor, _userGuardian) || ReferenceEquals(actor, _systemGuardian);

    /// <summary>One of the three guardians has stopped: the next is due.</summary>
    internal void OnGuardianStopped(IActorRef guardian)
    {
        if (guardian.Equals(_userGuardian))
        {
            EventStream.StopLoggers();
            _systemGuardian.SendSystemMessage(new SystemMessage.Terminate());
        }
        else if (guardian.Equals(_systemGuardian))
        {
            RootGuardian.SendSystemMessage(new SystemMessage.Terminate());
        }
        else
        {
            Finish();
        }
    }

    [GeneratedRegex("^[a-zA-Z0-9][a-zA-Z0-9-]*$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NamePattern();

    private void RefuseOtherProviders(Option<BootstrapSetup> bootstrap)
    {
        var provider = bootstrap.HasValue && bootstrap.Value.ActorRefProvider.HasValue
            ? bootstrap.Value.ActorRefProvider.Value.Identifier
            : Settings.Config.GetString("akka.actor.provider", "local")!;
        if (provider is not "local" && !provider.Contains("LocalActorRefProvider", StringComparison.Ordinal))
        {
            throw new ConfigurationException(
                $"akka.actor.provider is '{provider}', but this build has only the embedded, single-process Akka. " +
                "Build with the MSBuild property AkkaProvider=packages for remoting and clusters.");
        }
    }

    private IInternalActorRef StartRoot(RootActorPath path, SystemRootParent above)
    {
        var props = GuardianActor.Props(SupervisorStrategy.StoppingStrategy);
        var cell = new ActorCell(this, above, props, Dispatchers.DefaultGlobalDispatcher, path);
        cell.SendSystemMessage(new SystemMessage.Create());
        return cell.SelfRef;
    }

    private IScheduler CreateScheduler()
    {
        if (Settings.SchedulerClass.Length == 0)
            return Execution.CreateScheduler(Settings.Config, Log);
        var type = TypeResolver.Resolve(Settings.SchedulerClass);
        return (IScheduler)Activator.CreateInstance(type, Settings.Config, Log)!;
    }

    private void Finish()
    {
        Promises.FailAll(() => new TaskCanceledException($"{this} has terminated."));
        lock (_terminationGate)
            _ended = true;
        while (_onTermination.TryPop(out var code))
        {
            try
            {
                code();
            }
            catch (Exception cause)
            {
                // The outermost edge: one callback must not keep the others, or the system's end, from happening.
                Log.Error(cause, "A termination callback failed: {0}", cause.Message);
            }
        }
        (Scheduler as IDisposable)?.Dispose();
        Dispatchers.Close();
        _terminated.TrySetResult();
    }
}
