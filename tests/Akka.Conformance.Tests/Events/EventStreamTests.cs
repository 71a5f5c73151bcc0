using Akka.Actor;
using Akka.Event;

namespace Akka.Conformance.Tests.Events;

/// <summary>Publishing and subscribing by type.</summary>
public sealed class EventStreamTests : Akka.TestKit.Xunit2.TestKit
{
    public interface IMarked;

    private EventStream Stream => Sys.EventStream;

    [Fact]
    public void Event_goes_to_subscribers_of_its_class_base_class_and_interface()
    {
        var (own, @base, marker, other) = (CreateTestProbe(), CreateTestProbe(), CreateTestProbe(), CreateTestProbe());
        Stream.Subscribe(own.Ref, typeof(Derived));
        Stream.Subscribe<Base>(@base.Ref);
        Stream.Subscribe(marker.Ref, typeof(IMarked));
        Stream.Subscribe(other.Ref, typeof(string));
        var published = new Derived();
        Stream.Publish(published);
        own.ExpectMsg(published);
        @base.ExpectMsg(published);
        marker.ExpectMsg(published);
        Stream.Publish(new Base());
        @base.ExpectMsg<Base>();
        Stream.Publish("text");
        other.ExpectMsg("text");
        Stream.Publish(published);
        own.ExpectMsg(published);
    }

    [Fact]
    public void Subscriber_gets_an_event_once_even_if_several_subscriptions_fit()
    {
        Stream.Subscribe(TestActor, typeof(Derived));
        Stream.Subscribe(TestActor, typeof(Base));
        Stream.Subscribe(TestActor, typeof(IMarked));
        Stream.Publish(new Derived());
        TestActor.Tell("marker");
        ExpectMsg<Derived>();
        ExpectMsg("marker");
    }

    [Fact]
    public void Subscribe_and_Unsubscribe_say_whether_they_changed_anything()
    {
        Assert.True(Stream.Subscribe(TestActor, typeof(Base)));
        Assert.False(Stream.Subscribe(TestActor, typeof(Base)));
        Assert.True(Stream.Unsubscribe(TestActor, typeof(Base)));
        Stream.Publish(new Base());
        Stream.Subscribe(TestActor, typeof(Base));
        Stream.Subscribe(TestActor, typeof(string));
        Assert.True(Stream.Unsubscribe(TestActor));
        Stream.Publish(new Base());
        Stream.Publish("text");
        TestActor.Tell(1);
        ExpectMsg(1);
    }

    [Fact]
    public void Stopped_subscriber_is_unsubscribed()
    {
        var probe = CreateTestProbe();
        Stream.Subscribe(probe.Ref, typeof(Base));
        Watch(probe.Ref);
        Sys.Stop(probe.Ref);
        ExpectTerminated(probe.Ref);
        Stream.Subscribe(TestActor, typeof(DeadLetter));
        AwaitCondition(() => !Stream.Unsubscribe(probe.Ref));
        Stream.Publish(new Base());
        Sys.DeadLetters.Tell("marker");
        Assert.Equal("marker", ExpectMsg<DeadLetter>().Message);
    }

    [Fact]
    public void All_kinds_of_undelivered_messages_have_a_common_base()
    {
        Stream.Subscribe(TestActor, typeof(AllDeadLetters));
        Sys.DeadLetters.Tell("lost");
        Sys.DeadLetters.Tell(new Unimportant());
        Sys.ActorOf(FuncActor.Of((_, context) => context.Become((Receive)(_ => false)))).Tell("become");
        ExpectMsg<DeadLetter>();
        ExpectMsg<SuppressedDeadLetter>(letter => letter.Message is Unimportant);
        var picky = Sys.ActorOf(Props.Create(() => new Picky()));
        picky.Tell("unknown");
        ExpectMsg<UnhandledMessage>(unhandled => unhandled.Recipient.Equals(picky));
    }

    private class Base
    {
    }

    private sealed class Derived : Base, IMarked
    {
    }

    private sealed class Unimportant : IDeadLetterSuppression
    {
    }

    private sealed class Picky : ReceiveActor
    {
    }
}
