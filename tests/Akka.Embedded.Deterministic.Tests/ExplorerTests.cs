using Akka.Actor;
using Akka.Deterministic;

namespace Akka.Embedded.Deterministic.Tests;

/// <summary>Every order is run, none twice, and a failing one can be run again.</summary>
public sealed class ExplorerTests
{
    private static readonly ExplorationLimits Full = ExplorationLimits.Default with { Reduced = false };

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 6)]
    [InlineData(4, 24)]
    public void Messages_to_one_actor_are_run_in_all_their_orders_and_each_once(int messages, int orders)
    {
        var seen = new List<string>();

        var exploration = ScheduleExplorer.Explore(system => ToOneActor(system, messages, seen));

        exploration.ThrowUnlessAllPassed();
        Assert.Equal(orders, exploration.Schedules);
        Assert.Equal(orders, seen.Count);
        Assert.Equal(orders, seen.Distinct(StringComparer.Ordinal).Count());
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 4)]
    [InlineData(3, 30)]
    [InlineData(4, 336)]
    public void Without_reduction_the_moments_of_handling_count_too(int messages, int schedules)
    {
        // n! orders of arrival times the Catalan number of ways to mix n arrivals with the n turns they cause.
        var seen = new List<string>();

        var exploration = ScheduleExplorer.Explore(system => ToOneActor(system, messages, seen), Full);

        exploration.ThrowUnlessAllPassed();
        Assert.Equal((schedules, 0), (exploration.Schedules, exploration.Redundant));
    }

    [Theory]
    [InlineData(2, 6)]
    [InlineData(3, 90)]
    [InlineData(4, 2520)]
    public void Messages_to_different_actors_need_one_schedule_only(int actors, int interleavings)
    {
        // Each actor has an arrival and a turn: (2n)! / 2^n interleavings, all of which come to the same.
        Action Prepared(DeterministicSystem system)
        {
            var refs = Enumerable.Range(0, actors)
                .Select(i => system.System.ActorOf(FuncActor.Of((_, _) => { }), $"actor{i}")).ToArray();
            system.Settle();
            foreach (var actor in refs)
                system.TellConcurrently(actor, "hello");
            return () => { };
        }

        var reduced = ScheduleExplorer.Explore(Prepared);
        reduced.ThrowUnlessAllPassed();
        Assert.Equal(1, reduced.Schedules);
        Assert.Equal(interleavings, ScheduleExplorer.Explore(Prepared, Full).Schedules);
    }

    [Fact]
    public void Planted_lost_update_between_two_actors_is_found_and_replayed()
    {
        // Goal: the classic race, read then write, of two clients of one register.
        var exploration = ScheduleExplorer.Explore(LostUpdate);

        var failure = exploration.Failure;
        Assert.NotNull(failure);
        Assert.Contains("the register is 1", failure.Cause.Message, StringComparison.Ordinal);
        Assert.Contains($"[{string.Join(", ", failure.Choices)}]", failure.ToString(), StringComparison.Ordinal);
        var again = Assert.Throws<InvalidOperationException>(
            () => ScheduleExplorer.Replay(LostUpdate, failure.Choices, ExplorationLimits.Default));
        Assert.Equal(failure.Cause.Message, again.Message);
    }

    [Fact]
    public void Lost_update_fails_in_some_schedules_and_passes_in_others()
    {
        // Goal: finding the race is due to the search, not to a check that always fails.
        var (lost, kept) = (0, 0);
        ScheduleExplorer.Explore(system =>
        {
            var check = LostUpdate(system);
            return () => _ = Record.Exception(check) is null ? kept++ : lost++;
        }).ThrowUnlessAllPassed();

        Assert.True(lost > 0 && kept > 0, $"{lost} lost, {kept} kept");
    }

    [Fact]
    public void Reduction_reaches_every_end_that_all_schedules_reach()
    {
        // Goal: leaving out schedules leaves out no outcome. Method: a scenario with sends, timers, stops, watches and a
        // restart, explored both ways; the sets of outcomes are the same.
        var (all, reduced) = (new HashSet<string>(), new HashSet<string>());

        var everything = ScheduleExplorer.Explore(system => StopAndWatch(system, all), Full);
        var less = ScheduleExplorer.Explore(system => StopAndWatch(system, reduced));

        everything.ThrowUnlessAllPassed();
        less.ThrowUnlessAllPassed();
        Assert.True(all.Count == 4, $"{all.Count} outcomes");
        Assert.Equal(all.Order(StringComparer.Ordinal), reduced.Order(StringComparer.Ordinal));
        Assert.True(less.Schedules < everything.Schedules / 2, $"{less} against {everything}");
    }

    [Fact]
    public void Stash_until_a_write_is_stored_keeps_the_order_of_commands_in_all_schedules()
    {
        var ends = new HashSet<string>();

        var exploration = ScheduleExplorer.Explore(system => StashWhileStoring(system, ends));

        exploration.ThrowUnlessAllPassed();
        Assert.Equal(6, ends.Count);
    }

    [Fact]
    public void Exploration_that_meets_its_limit_is_not_complete()
    {
        var exploration = ScheduleExplorer.Explore(
            system => ToOneActor(system, 4, []), ExplorationLimits.Default with { SchedulesMax = 10 });

        Assert.False(exploration.IsComplete);
        Assert.Throws<InvalidOperationException>(exploration.ThrowUnlessAllPassed);
    }

    [Fact]
    public void Scenario_that_differs_from_run_to_run_is_an_error()
    {
        var runs = 0;
        var exploration = ScheduleExplorer.Explore(system => ToOneActor(system, ++runs == 1 ? 3 : 2, []));

        Assert.Contains("not deterministic", exploration.Failure?.Cause.Message, StringComparison.Ordinal);
    }

    private static Action ToOneActor(DeterministicSystem system, int messages, List<string> seen)
    {
        var order = new List<object>();
        var actor = system.System.ActorOf(FuncActor.Into(order), "actor");
        system.Settle();
        for (var i = 0; i < messages; i++)
            system.TellConcurrently(actor, i);
        return () =>
        {
            Assert.Equal(Enumerable.Range(0, messages), order.Cast<int>().Order());
            seen.Add(string.Concat(order));
        };
    }

    private static Action LostUpdate(DeterministicSystem system)
    {
        var value = 0;
        var register = system.System.ActorOf(
            FuncActor.Of((message, context) =>
            {
                if (message is int written)
                    value = written;
                else
                    context.Sender.Tell(value, context.Self);
            }),
            "register");
        var clients = new[] { "a", "b" }.Select(name => system.System.ActorOf(
            FuncActor.Of((message, context) => register.Tell(message is int read ? read + 1 : "read", context.Self)), name));
        var both = clients.ToArray();
        system.Settle();
        foreach (var client in both)
            system.TellConcurrently(client, "add one");
        return () =>
        {
            if (value != 2)
                throw new InvalidOperationException($"the register is {value}");
        };
    }

    private static Action StopAndWatch(DeterministicSystem system, HashSet<string> outcomes)
    {
        var events = new List<object>();
        var target = system.System.ActorOf(
            FuncActor.Of((message, context) =>
            {
                events.Add($"target {message}");
                if (message is "fail")
                    throw new InvalidOperationException("planned");
            }),
            "target");
        var watcher = system.System.ActorOf(
            FuncActor.Of((message, context) =>
            {
                events.Add(message is Terminated ended ? $"ended, seen alive: {ended.ExistenceConfirmed}" : message);
                if (message is "watch")
                    context.Watch(target);
            }),
            "watcher");
        system.Settle();
        system.TellConcurrently(watcher, "watch");
        system.TellConcurrently(target, PoisonPill.Instance);
        system.TellConcurrently(target, "fail");
        // Events of the two actors go into one list, but only the order of each actor's own is an outcome.
        return () => outcomes.Add(
            string.Join(' ', events.OfType<string>().OrderBy(e => e.StartsWith("target", StringComparison.Ordinal))));
    }

    /// <summary>An actor that stores a command, stashing the others until told that it is stored; then the next.</summary>
    private static Action StashWhileStoring(DeterministicSystem system, HashSet<string> ends)
    {
        var stored = new List<object>();
        var answered = new List<object>();
        var journal = system.System.ActorOf(
            FuncActor.Of((message, context) =>
            {
                stored.Add(message);
                context.Sender.Tell(new Stored(message), context.Self);
            }),
            "journal");
        var actor = system.System.ActorOf(Props.Create(() => new Storing(journal, answered)), "actor");
        system.Settle();
        foreach (var command in (string[])["a", "b", "c"])
            system.TellConcurrently(actor, command);
        return () =>
        {
            Assert.Equal(3, answered.Count);
            Assert.Equal(stored, answered);
            ends.Add(string.Concat(answered));
        };
    }

    private sealed record Stored(object Command);

    private sealed class Storing : ReceiveActor, IWithUnboundedStash
    {
        private readonly IActorRef _journal;
        private readonly List<object> _answered;

        public Storing(IActorRef journal, List<object> answered)
        {
            (_journal, _answered) = (journal, answered);
            Ready();
        }

        public IStash Stash { get; set; } = null!;

        private void Ready() => Receive<string>(command =>
        {
            _journal.Tell(command);
            Become(Waiting);
        });

        private void Waiting()
        {
            Receive<Stored>(stored =>
            {
                _answered.Add(stored.Command);
                Become(Ready);
                Stash.UnstashAll();
            });
            ReceiveAny(_ => Stash.Stash());
        }
    }
}
