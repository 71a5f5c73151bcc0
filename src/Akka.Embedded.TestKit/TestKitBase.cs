using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Deterministic;
using Akka.Event;

namespace Akka.TestKit;

/// <summary>A system, an actor that collects what it is told, and expectations about that.</summary>
/// <remarks>
/// Split by concern: this file is construction and settings, <c>.Receive</c> taking messages, <c>.Expect</c> and
/// <c>.ExpectFrom</c> expectations, <c>.Within</c> time limits, <c>.Await</c> polling, <c>.Actors</c> making actors.
/// Each expectation has an asynchronous form, which does the work, and a blocking one.
/// </remarks>
public abstract partial class TestKitBase
{
    private readonly ITestKitAssertions _assertions;
    private readonly MessageQueue _queue;
    private readonly TimeProvider _time;
    private readonly long _startTimestamp;

    /// <summary>On an existing system, or on a new one when null.</summary>
    protected TestKitBase(ITestKitAssertions assertions, ActorSystem? system = null, string? testActorName = null)
        : this(assertions, system, ActorSystemSetup.Empty, null, testActorName)
    {
    }

    /// <summary>On a new system.</summary>
    protected TestKitBase(
        ITestKitAssertions assertions,
        ActorSystemSetup config,
        string? actorSystemName = null,
        string? testActorName = null)
        : this(assertions, null, config, actorSystemName, testActorName)
    {
    }

    /// <summary>On a new system.</summary>
    protected TestKitBase(
        ITestKitAssertions assertions, Config config, string? actorSystemName = null, string? testActorName = null)
        : this(
            assertions,
            null,
            ActorSystemSetup.Create(BootstrapSetup.Create().WithConfig(config)),
            actorSystemName,
            testActorName)
    {
    }

    private TestKitBase(
        ITestKitAssertions assertions,
        ActorSystem? system,
        ActorSystemSetup setup,
        string? systemName,
        string? testActorName)
    {
        ArgumentNullException.ThrowIfNull(assertions);
        _assertions = assertions;
        if (system is null)
        {
            var bootstrap = setup.Get<BootstrapSetup>().GetOrElse(BootstrapSetup.Create()).WithConfigFallback(DefaultConfig);
            system = ActorSystem.Create(systemName ?? "test", setup.WithSetup(bootstrap));
        }
        var inner = (ActorSystemImpl)system;
        Sys = system;
        Loop = inner.Execution as DeterministicDispatcher;
        _queue = new MessageQueue(Loop);
        TestKitSettings = new TestKitSettings(system.Settings.Config);
        _time = inner.Execution.Time;
        _startTimestamp = _time.GetTimestamp();
        Log = Logging.GetLogger(system, GetType());
        EventFilter = new EventFilterFactory(this);
        var name = testActorName ?? $"testActor{inner.NextUid()}";
        TestActor = inner.SystemActorOf(Props.Create(() => new TestActor(_queue)), name);
        foreach (var listener in inner.EventStream.LoggersOf<TestEventListener>())
        {
            system.EventStream.Subscribe(listener, typeof(DeadLetter));
            system.EventStream.Subscribe(listener, typeof(UnhandledMessage));
        }
        if (this is not INoImplicitSender)
            ActorCell.SetAmbientSender(TestActor);
    }

    /// <summary>What a test's configuration falls back to.</summary>
    public static Config DefaultConfig { get; } = ConfigurationFactory.ParseString("""
        akka {
          loggers = ["Akka.TestKit.TestEventListener, Akka.TestKit"]
          test {
            # Multiplies times, for slow machines.
            timefactor = 1.0
            # How long a log event may come after the code that causes it.
            filter-leeway = 3s
            single-expect-default = 3s
            default-timeout = 5s
          }
        }
        """);

    /// <summary>As <see cref="DefaultConfig"/>, with everything logged.</summary>
    public static Config FullDebugConfig { get; } = ConfigurationFactory.ParseString("""
        akka {
          log-dead-letters-during-shutdown = on
          actor.debug { receive = on, autoreceive = on, lifecycle = on, event-stream = on, unhandled = on }
          loglevel = DEBUG
          stdout-loglevel = DEBUG
        }
        """);

    /// <summary>The system.</summary>
    public ActorSystem Sys { get; }

    /// <summary>The actor whose messages the expectations are about; the sender of plain tells in the test.</summary>
    public IActorRef TestActor { get; }

    /// <summary>What <c>akka.test</c> says.</summary>
    public TestKitSettings TestKitSettings { get; }

    /// <summary>A log for the test.</summary>
    public ILoggingAdapter Log { get; }

    /// <summary>Expectations about log events.</summary>
    public EventFilterFactory EventFilter { get; }

    /// <summary>The message taken last, or null.</summary>
    public object LastMessage => LastEnvelope?.Message!;

    /// <summary>Who sent the message taken last, or null.</summary>
    public IActorRef LastSender => LastEnvelope?.Sender!;

    /// <summary>Whether messages wait to be taken.</summary>
    public bool HasMessages => _queue.Count > 0;

    internal ITestKitAssertions Assertions => _assertions;

    internal TimeProvider Time => _time;

    /// <summary>What has to be run while the test waits; null when the system runs by itself.</summary>
    internal DeterministicDispatcher? Loop { get; }

    private MessageEnvelope? LastEnvelope { get; set; }

    private TimeSpan Now => _time.GetElapsedTime(_startTimestamp);

    /// <summary>Makes the test actor drop messages before they are queued.</summary>
    public void IgnoreMessages(Func<object, bool> shouldIgnoreMessage)
        => TestActor.Tell(new TestActor.SetIgnore(shouldIgnoreMessage), ActorRefs.NoSender);

    /// <summary>Makes the test actor drop messages of a type.</summary>
    public void IgnoreMessages<T>() => IgnoreMessages(message => message is T);

    /// <summary>Makes the test actor drop some messages of a type.</summary>
    public void IgnoreMessages<T>(Func<T, bool> shouldIgnoreMessage)
        => IgnoreMessages(message => message is T typed && shouldIgnoreMessage(typed));

    /// <summary>Ends the ignoring.</summary>
    public void IgnoreNoMessages() => TestActor.Tell(new TestActor.SetIgnore(null), ActorRefs.NoSender);

    /// <summary>Makes a pilot see every message of the test actor.</summary>
    public void SetAutoPilot(AutoPilot pilot) => TestActor.Tell(new TestActor.SetAutoPilot(pilot), ActorRefs.NoSender);

    /// <summary>Makes the test actor watch.</summary>
    public IActorRef Watch(IActorRef actorToWatch)
    {
        TestActor.Tell(new TestActor.StartWatching(actorToWatch), ActorRefs.NoSender);
        return actorToWatch;
    }

    /// <summary>Makes the test actor stop watching.</summary>
    public IActorRef Unwatch(IActorRef actorToUnwatch)
    {
        TestActor.Tell(new TestActor.StopWatching(actorToUnwatch), ActorRefs.NoSender);
        return actorToUnwatch;
    }

    /// <summary>Terminates the system.</summary>
    public virtual void Shutdown(TimeSpan? duration = null, bool verifySystemShutdown = false)
        => Shutdown(Sys, duration, verifySystemShutdown);

    /// <summary>Terminates a system and waits.</summary>
    protected virtual void Shutdown(ActorSystem system, TimeSpan? duration = null, bool verifySystemShutdown = false)
    {
        var limit = duration ?? Dilated(TestKitSettings.DefaultTimeout);
        var ended = system.Terminate();
        var stopped = system is ActorSystemImpl { Execution: DeterministicDispatcher loop }
            ? loop.Run(() => ended.IsCompleted, loop.Elapsed + limit)
            : ended.Wait(limit);
        if (!stopped && verifySystemShutdown)
            throw new TimeoutException($"Failed to stop [{system.Name}] within [{limit}]");
    }
}
