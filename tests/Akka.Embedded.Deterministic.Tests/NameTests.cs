using Akka.Actor;
using Akka.Deterministic;

namespace Akka.Embedded.Deterministic.Tests;

/// <summary>When the name of a top-level actor is free again.</summary>
public sealed class NameTests
{
    [Fact]
    public void Name_is_free_for_a_watcher_that_began_to_watch_after_the_end()
    {
        // Goal: hearing of the end means that the name can be used again, however late the watching began.
        // Method: stop and watch at once, in orders drawn from seeds; some of them watch an actor that has just ended.
        for (var seed = 0UL; seed < 300; seed++)
        {
            using var system = DeterministicSystem.Create("names", seed);
            var ends = new List<int>();
            var errors = new List<Exception>();
            system.System.ActorOf(Props.Create(() => new Maker(ends, errors)), "maker");

            system.RunUntilIdle();

            Assert.Empty(errors);
            Assert.Equal([1, 2, 3], ends);
        }
    }

    private sealed class Maker : ReceiveActor
    {
        private readonly List<int> _ends;
        private readonly List<Exception> _errors;

        public Maker(List<int> ends, List<Exception> errors)
        {
            (_ends, _errors) = (ends, errors);
            Receive<Terminated>(_ =>
            {
                _ends.Add(_ends.Count + 1);
                if (_ends.Count < 3)
                    MakeAnother();
            });
        }

        protected override void PreStart() => MakeAnother();

        // A restart would only try again, and hide what it was for.
        protected override void PreRestart(Exception reason, object message) => _errors.Add(reason);

        private void MakeAnother()
        {
            var made = Context.System.ActorOf(FuncActor.Of((_, _) => { }), "again");
            Context.System.Stop(made);
            Context.Watch(made);
        }
    }
}
