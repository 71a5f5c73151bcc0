using System.Text.RegularExpressions;
using Akka.Actor;
using Akka.Event;
using Xunit.Sdk;

namespace Akka.Conformance.Tests.TestKit;

/// <summary>Expectations about log events.</summary>
public sealed class EventFilterTests : Akka.TestKit.Xunit2.TestKit
{
    public EventFilterTests()
        : base("akka.loglevel = DEBUG\nakka.test.filter-leeway = 10s")
    {
    }

    [Fact]
    public void Filters_match_by_level_and_text()
    {
        EventFilter.Error("whole text").ExpectOne(() => Log.Error("whole text"));
        EventFilter.Warning(start: "who").ExpectOne(() => Log.Warning("whole text"));
        EventFilter.Info(contains: "le te").ExpectOne(() => Log.Info("whole text"));
        EventFilter.Debug(new Regex("^w.*t$", RegexOptions.None, Limits.Long)).ExpectOne(() => Log.Debug("whole {0}", "text"));
        EventFilter.ForLogLevel(LogLevel.InfoLevel, "text").ExpectOne(() => Log.Info("text"));
        EventFilter.Custom(log => log.Message.ToString() == "text").ExpectOne(() => Log.Info("text"));
        EventFilter.Custom<Warning>(log => log.Message.ToString() == "text").ExpectOne(() =>
        {
            Log.Info("text");
            Log.Warning("text");
        });
    }

    [Fact]
    public void Filters_match_by_source()
    {
        var actor = Sys.ActorOf(FuncActor.Of((_, context) => context.GetLogger().Info("said")));
        EventFilter.Info("said", source: actor.Path.ToString()).ExpectOne(() =>
        {
            Log.Info("said");
            actor.Tell("say");
        });
    }

    [Fact]
    public void Filters_match_by_exception()
    {
        var inner = new FormatException("inner");
        EventFilter.Exception<ArgumentException>().ExpectOne(() => Log.Error(new ArgumentNullException("a"), "derived"));
        EventFilter.Exception<FormatException>("inner").ExpectOne(() => Log.Error(inner, "another text"));
        EventFilter.Exception(typeof(FormatException), checkInnerExceptions: true)
            .ExpectOne(() => Log.Error(new InvalidOperationException("outer", inner), "text"));
    }

    [Fact]
    public void Dead_letters_are_matched_by_type_and_content()
    {
        EventFilter.DeadLetter().ExpectOne(() => Sys.DeadLetters.Tell("a"));
        EventFilter.DeadLetter<string>().ExpectOne(() =>
        {
            Sys.DeadLetters.Tell(1);
            Sys.DeadLetters.Tell("a");
        });
        EventFilter.DeadLetter<int>(number => number == 2).ExpectOne(() =>
        {
            Sys.DeadLetters.Tell(1);
            Sys.DeadLetters.Tell(2);
        });
    }

    [Fact]
    public void Too_few_and_too_many_fail()
    {
        Assert.ThrowsAny<XunitException>(() => EventFilter.Error("a").ExpectOne(Limits.Short, () => { }));
        Assert.ThrowsAny<XunitException>(() => EventFilter.Error("a").ExpectOne(() =>
        {
            Log.Error("a");
            Log.Error("a");
        }));
        Assert.ThrowsAny<XunitException>(() => EventFilter.Error("a").Expect(0, () => Log.Error("a")));
        EventFilter.Error("a").Expect(2, () =>
        {
            Log.Error("a");
            Log.Error("b");
            Log.Error("a");
        });
    }

    [Fact]
    public async Task Asynchronous_forms_wait_for_the_work()
    {
        await EventFilter.Error("a").ExpectOneAsync(async () =>
        {
            await Task.Yield();
            Log.Error("a");
        });
        await EventFilter.Error("a").ExpectAsync(2, async () =>
        {
            Log.Error("a");
            await Task.Yield();
            Log.Error("a");
        });
    }

    [Fact]
    public void Event_may_come_after_the_action_within_the_leeway()
        => EventFilter.Info("later").ExpectOne(
            () => Sys.Scheduler.Advanced.ScheduleOnce(TimeSpan.FromMilliseconds(20), () => Log.Info("later")));

    [Fact]
    public void Filters_can_be_joined_and_muted()
    {
        EventFilter.Error("a").And.Warning("b").Expect(2, () =>
        {
            Log.Error("a");
            Log.Warning("b");
        });
        EventFilter.Error("a").Mute(() => Log.Error("a"));
        using (EventFilter.Error("a").Mute())
            Log.Error("a");
    }
}
