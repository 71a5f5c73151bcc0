using Akka.Actor;
using Akka.Configuration;
using Akka.Event;

namespace Akka.Conformance.Tests.Events;

/// <summary>Logging through the event stream.</summary>
public sealed class LoggingTests : Akka.TestKit.Xunit2.TestKit
{
    public LoggingTests()
        : base("akka.loglevel = DEBUG\nakka.actor.debug.unhandled = on")
    {
    }

    [Fact]
    public void Log_of_an_actor_names_its_path_class_level_and_cause()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Logging()), "logging");
        Sys.EventStream.Subscribe(TestActor, typeof(LogEvent));
        actor.Tell("log");
        foreach (var level in new[] { LogLevel.DebugLevel, LogLevel.InfoLevel, LogLevel.WarningLevel, LogLevel.ErrorLevel })
        {
            var logged = FishForMessage<LogEvent>(log => log.LogSource.Contains("/user/logging", StringComparison.Ordinal));
            Assert.Equal(level, logged.LogLevel());
            Assert.Equal(typeof(Logging), logged.LogClass);
            Assert.Equal("1 and two", logged.Message.ToString());
            Assert.Equal(level == LogLevel.ErrorLevel ? "cause" : null, logged.Cause?.Message);
            Assert.NotNull(logged.Thread);
            Assert.True(Math.Abs((logged.Timestamp - TimeProvider.System.GetUtcNow().UtcDateTime).TotalMinutes) < 5);
        }
    }

    [Fact]
    public void Levels_are_ordered_debug_info_warning_error()
        => Assert.Equal(
            new[] { 0, 1, 2, 3 },
            new[] { LogLevel.DebugLevel, LogLevel.InfoLevel, LogLevel.WarningLevel, LogLevel.ErrorLevel }.Select(level => (int)level));

    [Fact]
    public void Events_below_the_configured_level_do_not_exist()
    {
        using var system = ActorSystem.Create("quiet", "akka.loglevel = ERROR\nakka.stdout-loglevel = OFF");
        var log = Akka.Event.Logging.GetLogger(system, "later");
        Assert.True(log.IsErrorEnabled);
        Assert.False(log.IsWarningEnabled);
        Assert.False(log.IsEnabled(LogLevel.InfoLevel));
        Assert.True(Sys.Log.IsDebugEnabled);
    }

    [Fact]
    public void Log_goes_by_the_level_of_the_time_it_was_made()
    {
        using var system = ActorSystem.Create("changing", "akka.loglevel = ERROR\nakka.stdout-loglevel = OFF");
        var before = Akka.Event.Logging.GetLogger(system, "before");
        system.EventStream.SetLogLevel(LogLevel.DebugLevel);
        Assert.False(before.IsWarningEnabled);
        Assert.True(Akka.Event.Logging.GetLogger(system, "after").IsDebugEnabled);

        // The system's own log is older than the level it is configured with.
        Assert.True(system.Log.IsDebugEnabled);
    }

    [Fact]
    public void Configured_logger_gets_the_events_of_its_system()
    {
        var config = ConfigurationFactory.ParseString(
            $"akka.loggers = [\"{typeof(Collecting).AssemblyQualifiedName}\"]\nakka.stdout-loglevel = OFF");
        using var system = ActorSystem.Create("collected", config);
        system.EventStream.Publish(new Collecting.ReportTo(TestActor));
        AwaitAssert(() =>
        {
            system.EventStream.Publish(new Collecting.ReportTo(TestActor));
            system.Log.Warning("{0} is told", "everything");
            ExpectMsg("everything is told", TimeSpan.FromMilliseconds(200));
        });
    }

    [Fact]
    public void Unhandled_messages_are_logged_at_debug_level_when_asked()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Logging()));
        AwaitAssert(() => EventFilter.Debug(contains: "strange").Expect(1, TimeSpan.FromSeconds(1), () => actor.Tell("strange")));
    }

    [Fact]
    public void Dead_letters_are_logged_at_info_level()
        => AwaitAssert(() => EventFilter.Info(contains: "String").Expect(
            1, TimeSpan.FromSeconds(1), () => Sys.ActorSelection("/user/missing").Tell("lost")));

    private sealed class Logging : ReceiveActor
    {
        private readonly ILoggingAdapter _log = Context.GetLogger();

        public Logging() => Receive<string>(
            _ =>
            {
                _log.Debug("{0} and {1}", 1, "two");
                _log.Info("{0} and {1}", 1, "two");
                _log.Warning("{0} and {1}", 1, "two");
                _log.Error(new InvalidOperationException("cause"), "{0} and {1}", 1, "two");
            },
            text => text == "log");
    }

    private sealed class Collecting : ReceiveActor
    {
        private IActorRef _target = ActorRefs.Nobody;

        public Collecting()
        {
            Receive<InitializeLogger>(init =>
            {
                init.LoggingBus.Subscribe(Self, typeof(ReportTo));
                Sender.Tell(new LoggerInitialized());
            });
            Receive<ReportTo>(report => _target = report.Target);
            Receive<LogEvent>(log => _target.Tell(log.Message.ToString()!));
        }

        public sealed record ReportTo(IActorRef Target);
    }
}
