using Akka.Actor;
using Akka.Configuration;
using Akka.Event;

namespace Akka.Conformance.Tests.Events;

/// <summary>What the end of a system leaves in the log. Akka.NET stops the listener of dead letters beside the actors,
/// so there it is a race.</summary>
public sealed class ShutdownLogEmbeddedTests : Akka.TestKit.Xunit2.TestKit
{
    public ShutdownLogEmbeddedTests()
        : base(Limits.Patient)
    {
    }

    [Theory]
    [InlineData("off")]
    [InlineData("on")]
    public async Task Dead_letters_of_the_end_are_logged_only_when_asked(string duringShutdown)
    {
        var system = ActorSystem.Create("ending", ConfigurationFactory.ParseString($$"""
            akka {
              loggers = ["{{typeof(Telling).AssemblyQualifiedName}}"]
              stdout-loglevel = OFF
              log-dead-letters-during-shutdown = {{duringShutdown}}
            }
            """));
        system.ActorSelection("/system/log1-Telling").Tell(new Telling.To(TestActor));
        system.Log.Info("begin");
        ExpectMsg("begin");
        // The actor's end waits, so that the loggers live until they have had their chance.
        using var logged = new ManualResetEventSlim();
        system.ActorOf(Props.Create(() => new LosesALetter(logged)));

        var end = system.Terminate();
        if (duringShutdown == "on")
            Assert.Contains("was not delivered", ExpectMsg<string>(Limits.Long), StringComparison.Ordinal);
        else
            ExpectNoMsg(Limits.Quiet);
        logged.Set();
        await end.WaitAsync(Limits.Long);
    }

    private sealed class LosesALetter(ManualResetEventSlim logged) : ReceiveActor
    {
        protected override void PostStop()
        {
            Context.System.DeadLetters.Tell("lost");
            logged.Wait(Limits.Long);
        }
    }

    private sealed class Telling : ReceiveActor
    {
        private IActorRef _target = ActorRefs.Nobody;

        public Telling()
        {
            Receive<InitializeLogger>(_ => Sender.Tell(new LoggerInitialized()));
            Receive<To>(to => _target = to.Target);
            Receive<LogEvent>(log => _target.Tell(log.Message.ToString()!));
        }

        public sealed record To(IActorRef Target);
    }
}
