using Akka.Actor;
using Akka.TestKit;
using Xunit.Sdk;

namespace Akka.Conformance.Tests.TestKit;

/// <summary>The expectations of the test kit itself.</summary>
public sealed class TestKitExpectationTests : Akka.TestKit.Xunit2.TestKit
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(30);

    [Fact]
    public void Tell_in_a_test_comes_from_the_test_actor()
    {
        var probe = CreateTestProbe();
        probe.Ref.Tell("hello");
        probe.ExpectMsg("hello");
        Assert.Equal(TestActor, probe.Sender);
    }

    [Fact]
    public async Task Tell_in_a_test_after_an_await_still_comes_from_the_test_actor()
    {
        var probe = CreateTestProbe();
        await Task.Yield();
        probe.Ref.Tell("hello");
        await probe.ExpectMsgAsync("hello");
        Assert.Equal(TestActor, probe.Sender);
    }

    [Fact]
    public void ExpectMsg_of_a_type_takes_the_next_message()
    {
        TestActor.Tell("a");
        TestActor.Tell(2);
        Assert.Equal("a", ExpectMsg<string>());
        Assert.Equal(2, ExpectMsg<int>());
        Assert.Equal(2, LastMessage);
        Assert.Equal(TestActor, LastSender);
        Assert.False(HasMessages);
    }

    [Fact]
    public void ExpectMsg_of_another_type_fails_and_names_what_came()
    {
        TestActor.Tell("text");
        var failure = Assert.ThrowsAny<XunitException>(() => ExpectMsg<int>());
        Assert.Contains("text", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Int32", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ExpectMsg_without_a_message_fails_in_the_given_time_and_names_the_type()
    {
        var failure = Assert.ThrowsAny<XunitException>(() => ExpectMsg<string>(Short));
        Assert.Contains("String", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ExpectMsg_checks_values_predicates_assertions_senders_and_comparers()
    {
        for (var i = 0; i < 6; i++)
            TestActor.Tell("a");
        ExpectMsg("a");
        ExpectMsg<string>(text => text.Length == 1);
        ExpectMsg<string>(text => Assert.Equal("a", text));
        ExpectMsg<string>((text, sender) => text == "a" && sender.Equals(TestActor));
        ExpectMsg<string>((text, sender) => Assert.Equal(TestActor, sender));
        ExpectMsg("A", (expected, actual) => string.Equals(expected, actual, StringComparison.OrdinalIgnoreCase));

        TestActor.Tell("b");
        Assert.ThrowsAny<XunitException>(() => ExpectMsg("a"));
        TestActor.Tell("b");
        Assert.ThrowsAny<XunitException>(() => ExpectMsg<string>(text => text == "a"));
        TestActor.Tell("b");
        Assert.ThrowsAny<XunitException>(() => ExpectMsg<string>(text => Assert.Equal("a", text)));
    }

    [Fact]
    public void ExpectMsgFrom_checks_the_sender_too()
    {
        var probe = CreateTestProbe();
        probe.Send(TestActor, "a");
        ExpectMsgFrom(probe.Ref, "a");
        probe.Send(TestActor, "a");
        ExpectMsgFrom<string>(probe.Ref);
        TestActor.Tell("a");
        Assert.ThrowsAny<XunitException>(() => ExpectMsgFrom(probe.Ref, "a"));
    }

    [Fact]
    public void ExpectMsgAnyOf_takes_one_of_the_given_ones()
    {
        TestActor.Tell("b");
        Assert.Equal("b", ExpectMsgAnyOf(new[] { "a", "b" }));
        TestActor.Tell("c");
        Assert.ThrowsAny<XunitException>(() => ExpectMsgAnyOf(new[] { "a", "b" }));
    }

    [Fact]
    public void ExpectMsgAllOf_takes_the_given_ones_in_any_order()
    {
        TestActor.Tell("b");
        TestActor.Tell("a");
        ExpectMsgAllOf(new[] { "a", "b" });
        TestActor.Tell("a");
        TestActor.Tell("a");
        Assert.ThrowsAny<XunitException>(() => ExpectMsgAllOf(new[] { "a", "b" }));
    }

    [Fact]
    public void ExpectNoMsg_fails_on_the_first_message()
    {
        ExpectNoMsg(Short);
        ExpectNoMsg(10);
        TestActor.Tell("a");
        Assert.ThrowsAny<XunitException>(() => ExpectNoMsg(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public void ExpectTerminated_takes_the_notice_of_a_watched_actor()
    {
        var probe = CreateTestProbe();
        Watch(probe.Ref);
        Sys.Stop(probe.Ref);
        Assert.Equal(probe.Ref, ExpectTerminated(probe.Ref).ActorRef);
    }

    [Fact]
    public void FishForMessage_skips_what_does_not_match()
    {
        TestActor.Tell(1);
        TestActor.Tell("no");
        TestActor.Tell("yes");
        TestActor.Tell("after");
        Assert.Equal("yes", FishForMessage<string>(text => text == "yes"));
        ExpectMsg("after");
        Assert.ThrowsAny<XunitException>(() => FishForMessage(_ => true, Short));
    }

    [Fact]
    public void ReceiveOne_gives_null_when_time_is_up_and_does_not_wait_for_zero()
    {
        Assert.Null(ReceiveOne(Short));
        Assert.Null(ReceiveOne(TimeSpan.Zero));
        TestActor.Tell("a");
        Assert.Equal("a", ReceiveOne());
    }

    [Fact]
    public void ReceiveN_takes_exactly_so_many_or_fails()
    {
        for (var i = 0; i < 3; i++)
            TestActor.Tell(i);
        Assert.Equal(new object[] { 0, 1 }, ReceiveN(2));
        Assert.ThrowsAny<XunitException>(() => ReceiveN(2, Short));
    }

    [Fact]
    public void ReceiveWhile_leaves_the_first_rejected_message_in_the_queue()
    {
        foreach (var number in new[] { 1, 2, -1, 3 })
            TestActor.Tell(number);
        var received = ReceiveWhile<object>(
            message => (int)message > 0 ? message : null!, TimeSpan.FromSeconds(3), Short);
        Assert.Equal(new object[] { 1, 2 }, received);
        ExpectMsg(-1);
        ExpectMsg(3);
    }

    [Fact]
    public void ReceiveWhile_ends_by_idle_time_and_by_count()
    {
        for (var i = 0; i < 3; i++)
            TestActor.Tell("a");
        Assert.Equal(2, ReceiveWhile<string>(_ => true, TimeSpan.FromSeconds(3), Short, msgs: 2).Count);
        Assert.Single(ReceiveWhile<string>(_ => true, TimeSpan.FromSeconds(30), Short));
    }

    [Fact]
    public void IgnoreMessages_drops_before_the_queue()
    {
        IgnoreMessages<int>();
        TestActor.Tell(1);
        TestActor.Tell("a");
        ExpectMsg("a");
        IgnoreNoMessages();
        TestActor.Tell(1);
        ExpectMsg(1);
    }

    [Fact]
    public void AutoPilot_sees_messages_which_are_queued_as_well()
    {
        var probe = CreateTestProbe();
        probe.SetAutoPilot(new Echo());
        probe.Ref.Tell("a");
        ExpectMsg("a!");
        probe.Ref.Tell("b");
        ExpectMsg("b!");
        probe.ExpectMsg("a");
        probe.ExpectMsg("b");
    }

    [Fact]
    public void Probe_replies_and_forwards_with_the_right_sender()
    {
        var probe = CreateTestProbe("named");
        var other = CreateTestProbe();
        probe.Ref.Tell("question");
        probe.ExpectMsg("question");
        probe.Forward(other.Ref);
        other.ExpectMsgFrom(TestActor, "question");
        probe.Reply("answer");
        ExpectMsgFrom(probe.Ref, "answer");
        Assert.Equal("named", probe.Ref.Path.Name);
    }

    [Fact]
    public void Probe_is_a_reference_equal_to_its_actor()
    {
        var probe = CreateTestProbe();
        ((ICanTell)probe).Tell("direct", TestActor);
        probe.ExpectMsg("direct");
        Assert.True(probe.Ref.Equals(probe));
        Assert.True(probe.Equals(probe.Ref));
        Watch(probe);
        Sys.Stop(probe);
        ExpectTerminated(probe);
    }

    [Fact]
    public void ChildActorOf_makes_the_test_actor_the_parent()
    {
        var child = ChildActorOf(Props.Create(() => new TellsParent()), "child");
        ExpectMsgFrom(child, "born");
        Assert.Equal(TestActor.Path, child.Path.Parent);
    }

    private sealed class Echo : AutoPilot
    {
        public override AutoPilot Run(IActorRef sender, object message)
        {
            sender.Tell(message + "!", ActorRefs.NoSender);
            return KeepRunning.Instance;
        }
    }

    private sealed class TellsParent : UntypedActor
    {
        protected override void PreStart() => Context.Parent.Tell("born");

        protected override void OnReceive(object message)
        {
        }
    }
}
