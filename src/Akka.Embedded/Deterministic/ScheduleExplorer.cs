namespace Akka.Deterministic;

/// <summary>Runs a scenario in every order its concurrent messages allow.</summary>
/// <remarks>
/// A scenario makes actors, settles what is no part of the question, starts what is concurrent
/// (<see cref="DeterministicSystem.TellConcurrently"/>), and returns the check of the end. It is run once for every schedule,
/// so it must make everything anew. It must not run the system further than <see cref="DeterministicSystem.Settle"/>.
/// <code>
/// ScheduleExplorer.Explore(system =>
/// {
///     var account = system.System.ActorOf&lt;Account&gt;("account");
///     system.Settle();
///     system.TellConcurrently(account, new Deposit(1));
///     system.TellConcurrently(account, new Deposit(2));
///     return () => Assert.Equal(3, system.Await(account.Ask&lt;int&gt;("balance"), TimeSpan.Zero));
/// }).ThrowUnlessAllPassed();
/// </code></remarks>
public static class ScheduleExplorer
{
    private const string Name = "explored";

    /// <summary>Explores with the default limits.</summary>
    public static Exploration Explore(Func<DeterministicSystem, Action> scenario)
        => Explore(scenario, ExplorationLimits.Default);

    /// <summary>Runs schedule after schedule, until one fails, all have been run, or the limit is reached.</summary>
    public static Exploration Explore(Func<DeterministicSystem, Action> scenario, ExplorationLimits limits)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        ArgumentNullException.ThrowIfNull(limits);
        var choices = new ExploringChoices(limits.Reduced);
        var (run, redundant) = (0, 0);
        do
        {
            choices.Restart();
            var dispatcher = new DeterministicDispatcher(choices)
            {
                StepsMax = limits.StepsMax,
                Trace = new RunTrace { IsOff = true },
            };
            try
            {
                RunOne(dispatcher, scenario, limits.Time);
                run++;
            }
            catch (RedundantScheduleException)
            {
                redundant++;
            }
            catch (Exception cause)
            {
                // The outermost edge of a schedule: whatever went wrong in it is what was looked for.
                var failure = Describe(scenario, [.. dispatcher.ChoicesMade], cause, limits);
                return new Exploration(run + 1, redundant, IsComplete: false, failure);
            }
            if (!choices.Next())
                return new Exploration(run, redundant, IsComplete: true, null);
        }
        while (run + redundant < limits.SchedulesMax);
        return new Exploration(run, redundant, IsComplete: false, null);
    }

    /// <summary>Runs one schedule again. Throws what it threw.</summary>
    /// <returns>The trace.</returns>
    public static IReadOnlyList<string> Replay(
        Func<DeterministicSystem, Action> scenario, IReadOnlyList<int> choices, ExplorationLimits limits)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        ArgumentNullException.ThrowIfNull(limits);
        var dispatcher = new DeterministicDispatcher(new GivenChoices(choices)) { StepsMax = limits.StepsMax };
        RunOne(dispatcher, scenario, limits.Time);
        return dispatcher.Trace.Lines;
    }

    /// <summary>Runs a failing schedule again, to have its trace.</summary>
    private static FailedSchedule Describe(
        Func<DeterministicSystem, Action> scenario, int[] choices, Exception cause, ExplorationLimits limits)
    {
        var dispatcher = new DeterministicDispatcher(new GivenChoices(choices)) { StepsMax = limits.StepsMax };
        _ = Run(dispatcher, scenario, limits.Time);
        return new FailedSchedule(choices, cause, dispatcher.Trace.Lines);
    }

    private static Exception? Run(DeterministicDispatcher dispatcher, Func<DeterministicSystem, Action> scenario, TimeSpan time)
    {
        try
        {
            RunOne(dispatcher, scenario, time);
            return null;
        }
        catch (Exception cause)
        {
            // The outermost edge of a schedule that is known to fail.
            return cause;
        }
    }

    private static void RunOne(DeterministicDispatcher dispatcher, Func<DeterministicSystem, Action> scenario, TimeSpan time)
    {
        // The system is left to the garbage collector: it has no thread, and ending it would be further schedules.
        var system = new DeterministicSystem(Name, dispatcher, null);
        var check = scenario(system);
        system.RunFor(time);
        // What the check asks the system is no part of the schedule.
        dispatcher.StopChoosing();
        check();
    }
}
