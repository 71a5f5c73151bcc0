using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;

namespace Akka.Deterministic;

/// <summary>An actor system on one thread, with virtual time, in which a seed decides every order.</summary>
/// <remarks>
/// Nothing runs on its own: <see cref="RunUntilIdle"/>, <see cref="RunFor"/> and <see cref="RunUntil"/> run the actors on the
/// calling thread. The same seed and the same calls give the same <see cref="TraceHash"/>, in any process. What was random is
/// in <see cref="Choices"/>, and <see cref="Replay"/> takes the same way again.
/// </remarks>
public sealed class DeterministicSystem : IDisposable
{
    private static readonly TimeSpan EndLimit = TimeSpan.FromMinutes(1);

    private readonly DeterministicDispatcher _loop;

    internal DeterministicSystem(string name, DeterministicDispatcher loop, Config? config)
    {
        _loop = loop;
        System = ActorSystem.Create(
            name, SetupOf(loop, config is null ? DefaultConfig : config.WithFallback(DefaultConfig)));
        // The guardians start the same way in every run, so their order is no choice.
        loop.Settle();
    }

    private DeterministicSystem(ActorSystem system, DeterministicDispatcher loop)
    {
        System = system;
        _loop = loop;
    }

    /// <summary>What a deterministic system's configuration falls back to: no loggers, which are actors too.</summary>
    public static Config DefaultConfig { get; } = ConfigurationFactory.ParseString("""
        akka { loggers = [], stdout-loglevel = OFF, log-dead-letters = off }
        """);

    /// <summary>The system. Its references, scheduler and tasks belong to the driving thread.</summary>
    public ActorSystem System { get; }

    /// <summary>The virtual clock, for code that takes one. It starts at the Unix epoch.</summary>
    public TimeProvider Time => _loop.Time;

    /// <summary>Virtual time since the start.</summary>
    public TimeSpan Elapsed => _loop.Elapsed;

    /// <summary>One index for every moment at which more than one step could run.</summary>
    public IReadOnlyList<int> Choices => _loop.ChoicesMade;

    /// <summary>What happened, a line a step and a line a message: time, choice, what. At most 100 000 lines.</summary>
    public IReadOnlyList<string> Trace => _loop.Trace.Lines;

    /// <summary>A hash over the whole trace, 16 hexadecimal digits.</summary>
    public string TraceHash => _loop.Trace.Hash;

    /// <summary>Steps run so far.</summary>
    public long StepsRun => _loop.StepsRun;

    internal DeterministicDispatcher Loop => _loop;

    /// <summary>A system whose every choice comes from the seed.</summary>
    /// <param name="name">As in <see cref="ActorSystem.Create(string)"/>.</param>
    /// <param name="seed">Any number.</param>
    /// <param name="config">Configuration; <see cref="DefaultConfig"/> is added to it.</param>
    public static DeterministicSystem Create(string name, ulong seed, Config? config = null)
        => new(name, new DeterministicDispatcher(new SeededChoices(seed)), config);

    /// <summary>A system that takes the given choices; when they are used up, what has been ready longest.</summary>
    public static DeterministicSystem Replay(string name, IReadOnlyList<int> choices, Config? config = null)
        => new(name, new DeterministicDispatcher(new GivenChoices(choices)), config);

    /// <summary>Settings that make a system, such as a test kit's, deterministic. Loggers are as configured.</summary>
    public static ActorSystemSetup Setup(ulong seed, Config? config = null)
        => SetupOf(new DeterministicDispatcher(new SeededChoices(seed)), config ?? ConfigurationFactory.Empty);

    /// <summary>The deterministic view of a system made with <see cref="Setup"/>.</summary>
    /// <exception cref="ArgumentException">The system runs on real threads.</exception>
    public static DeterministicSystem Of(ActorSystem system)
        => system is ActorSystemImpl { Execution: DeterministicDispatcher loop }
            ? new DeterministicSystem(system, loop)
            : throw new ArgumentException($"{system} is not deterministic.", nameof(system));

    /// <summary>Runs all that can run now. Time does not move.</summary>
    /// <exception cref="EscapedWorkException">Another thread took part.</exception>
    public void RunUntilIdle() => _loop.Run(static () => false, _loop.Elapsed);

    /// <summary>Runs all that can run in that much virtual time, which has passed afterwards.</summary>
    /// <exception cref="EscapedWorkException">Another thread took part.</exception>
    public void RunFor(TimeSpan time) => _loop.Run(static () => false, _loop.Elapsed + time);

    /// <summary>Runs until the condition holds, looking after each step.</summary>
    /// <returns>False when it does not hold within that much virtual time.</returns>
    /// <exception cref="EscapedWorkException">Another thread took part.</exception>
    public bool RunUntil(Func<bool> condition, TimeSpan limit) => _loop.Run(condition, _loop.Elapsed + limit);

    /// <summary>Runs until the task ends, and gives its result or throws its exception.</summary>
    /// <exception cref="TimeoutException">It did not end within that much virtual time.</exception>
    public T Await<T>(Task<T> task, TimeSpan limit)
    {
        Await((Task)task, limit);
        return task.GetAwaiter().GetResult();
    }

    /// <summary>Runs until the task ends, and throws its exception if it failed.</summary>
    /// <exception cref="TimeoutException">It did not end within that much virtual time.</exception>
    public void Await(Task task, TimeSpan limit)
    {
        if (!RunUntil(() => task.IsCompleted, limit))
            throw new TimeoutException($"The task did not end within {limit} of virtual time.");
        task.GetAwaiter().GetResult();
    }

    /// <summary>Runs all that can run now, oldest first: preparations that are no choices.</summary>
    public void Settle() => _loop.Settle();

    /// <summary>Has a message arrive at some moment from now on, in no fixed order with the others told this way.</summary>
    public void TellConcurrently(IActorRef target, object message, IActorRef? sender = null)
        => _loop.AddSend(
            $"{DeterministicDispatcher.NameOf(target)} {DeterministicDispatcher.NameOf(message)}",
            () => target.Tell(message, sender!),
            touchesAll: false);

    /// <summary>Runs an action at some moment from now on. Use <see cref="TellConcurrently"/> for what only tells.</summary>
    public void RunConcurrently(string name, Action action) => _loop.AddSend(name, action, touchesAll: true);

    /// <summary>Once the condition holds, an explorer need not try other orders of what is left.</summary>
    /// <remarks>Cuts an exploration short where the rest cannot matter to its question. A seed goes on choosing.</remarks>
    public void StopChoosingWhen(Func<bool> condition) => _loop.StopChoosingWhen(condition);

    /// <summary>Tells an explorer that it does not matter when a message of this type arrives among others.</summary>
    /// <remarks>True of news that are only noted down, if nothing in the scenario reads the note. It is believed.</remarks>
    public void IgnoreOrderOf<TMessage>() => _loop.IgnoreOrderOf(typeof(TMessage));

    /// <summary>Says that the current step reads or writes an object that actors share behind the mailboxes' back.</summary>
    /// <remarks>An explorer takes the order of steps that touch nothing in common for unimportant.</remarks>
    public void Touch(string place) => _loop.Observer.Touched(place);

    /// <summary>Ends the system. An end that never comes is left alone, and so is a run that another thread has spoilt.</summary>
    public void Dispose()
    {
        if (_loop.HasEscaped)
            return;
        var ended = System.Terminate();
        _loop.Run(() => ended.IsCompleted, _loop.Elapsed + EndLimit);
    }

    private static ActorSystemSetup SetupOf(DeterministicDispatcher loop, Config config)
        => ActorSystemSetup.Create(new ExecutionSetup(loop), BootstrapSetup.Create().WithConfig(config));
}
