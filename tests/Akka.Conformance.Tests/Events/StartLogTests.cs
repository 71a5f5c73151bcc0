using Akka.Actor;
using Akka.Configuration;
using Akka.Event;

namespace Akka.Conformance.Tests.Events;

/// <summary>What the start of a system logs.</summary>
public sealed class StartLogTests : Akka.TestKit.Xunit2.TestKit
{
    [Theory]
    [InlineData("on", true)]
    [InlineData("off", false)]
    public void Configuration_is_logged_at_the_start_when_asked(string setting, bool expected)
    {
        using var system = ActorSystem.Create("logging", ConfigurationFactory.ParseString($$"""
            akka {
              loggers = ["{{typeof(Keeping).AssemblyQualifiedName}}"]
              stdout-loglevel = OFF
              log-config-on-start = {{setting}}
            }
            own.secret = "a value of the test"
            """));
        system.Log.Info("the start is over");
        // The logger subscribes itself to the question, so the first ones may come too early.
        var texts = "";
        AwaitCondition(
            () =>
            {
                system.EventStream.Publish(new Keeping.Tell(TestActor));
                texts = ReceiveOne(TimeSpan.FromMilliseconds(100)) as string ?? "";
                return texts.Contains("the start is over", StringComparison.Ordinal);
            },
            Limits.Long);
        Assert.Equal(expected, texts.Contains("a value of the test", StringComparison.Ordinal));
    }

    private sealed class Keeping : ReceiveActor
    {
        private readonly List<string> _texts = [];

        public Keeping()
        {
            Receive<InitializeLogger>(init =>
            {
                init.LoggingBus.Subscribe(Self, typeof(Tell));
                Sender.Tell(new LoggerInitialized());
            });
            Receive<Tell>(tell => tell.Target.Tell(string.Join('\n', _texts)));
            Receive<LogEvent>(log => _texts.Add(log.Message.ToString()!));
        }

        public sealed record Tell(IActorRef Target);
    }
}
