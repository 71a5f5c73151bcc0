using Akka.Actor;
using Akka.Event;

namespace Akka.Conformance.Tests.Events;

/// <summary>What the log extensions take.</summary>
public sealed class LogArgumentTests : Akka.TestKit.Xunit2.TestKit
{
    private static readonly InvalidOperationException Cause = new("cause");

    public LogArgumentTests()
        : base("akka.loglevel = DEBUG")
    {
    }

    [Fact]
    public void Log_takes_text_alone_and_up_to_six_values_for_its_holes()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(LogEvent));
        Log.Info("none");
        Log.Warning("{0}", 1);
        Log.Error("{0}{1}", 1, 2);
        Log.Debug("{0}{1}{2}", 1, 2, 3);
        Log.Info("{0}{1}{2}{3}", 1, 2, 3, 4);
        Log.Warning("{0}{1}{2}{3}{4}", 1, 2, 3, 4, 5);
        Log.Error("{0}{1}{2}{3}{4}{5}", 1, 2, 3, 4, 5, 6);
        foreach (var text in new[] { "none", "1", "12", "123", "1234", "12345", "123456" })
            Assert.Equal(text, Next().Message.ToString());
    }

    [Fact]
    public void Log_takes_a_cause_before_the_text_at_every_level()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(LogEvent));
        Log.Debug(Cause, "{0}", 1);
        Log.Info(Cause, "{0}", 1);
        Log.Warning(Cause, "{0}", 1);
        Log.Error(Cause, "{0}", 1);
        foreach (var level in Enum.GetValues<LogLevel>())
        {
            var logged = Next();
            Assert.Equal((level, Cause, "1"), (logged.LogLevel(), logged.Cause, logged.Message.ToString()));
        }
    }

    [Fact]
    public void Log_says_which_levels_are_worth_making_a_text_for()
    {
        using var system = ActorSystem.Create("warning", "akka.loglevel = WARNING\nakka.stdout-loglevel = OFF");
        var log = Logging.GetLogger(system, this);
        Assert.Equal(
            (false, false, true, true),
            (log.IsDebugEnabled, log.IsInfoEnabled, log.IsWarningEnabled, log.IsErrorEnabled));
        Assert.False(log.IsEnabled(LogLevel.InfoLevel));
        Assert.True(log.IsEnabled(LogLevel.ErrorLevel));
    }

    /// <summary>The next event of the test's own log.</summary>
    private LogEvent Next() => FishForMessage<LogEvent>(log => log.LogClass == typeof(LogArgumentTests), Limits.Long);
}
