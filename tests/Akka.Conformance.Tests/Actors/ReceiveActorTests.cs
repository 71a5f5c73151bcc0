using Akka.Actor;

namespace Akka.Conformance.Tests.Actors;

/// <summary>Handlers by type, and behaviours.</summary>
public sealed class ReceiveActorTests : Akka.TestKit.Xunit2.TestKit
{
    private IActorRef Start(Action<Open> configure) => Sys.ActorOf(Props.Create(() => new Open(configure)));

    [Fact]
    public void Handlers_are_tried_in_order_and_the_first_that_fits_runs()
    {
        var actor = Start(self =>
        {
            self.On<string>(_ => self.Reply("first"), text => text == "a");
            self.On(text => text == "b", (string _) => self.Reply("second"));
            self.On<string>(_ => self.Reply("third"));
            self.On<IComparable>(_ => self.Reply("interface"));
        });
        foreach (var message in new object[] { "a", "b", "c", 1 })
            actor.Tell(message);
        foreach (var answer in new[] { "first", "second", "third", "interface" })
            ExpectMsg(answer);
    }

    [Fact]
    public void Handler_that_returns_false_passes_the_message_on()
    {
        var actor = Start(self =>
        {
            self.On<string>(text =>
            {
                self.Reply("seen");
                return text == "mine";
            });
            self.On<string>(_ => self.Reply("passed on"));
        });
        actor.Tell("other");
        ExpectMsg("seen");
        ExpectMsg("passed on");
        actor.Tell("mine");
        ExpectMsg("seen");
        actor.Tell("other");
        ExpectMsg("seen");
        ExpectMsg("passed on");
    }

    [Fact]
    public void Handlers_by_type_object_fit_like_those_by_type_parameter()
    {
        var actor = Start(self =>
        {
            self.OnType(typeof(int), _ => self.Reply("int"), number => (int)number > 0);
            self.OnType(typeof(string), _ => true, _ => self.Reply("string"));
            self.OnType(typeof(IFormattable), _ =>
            {
                self.Reply("formattable");
                return true;
            });
        });
        foreach (var message in new object[] { 1, "a", -1 })
            actor.Tell(message);
        foreach (var answer in new[] { "int", "string", "formattable" })
            ExpectMsg(answer);
    }

    [Fact]
    public void ReceiveAny_takes_the_rest_and_nothing_may_follow_it()
    {
        Exception? error = null;
        var actor = Start(self =>
        {
            self.On<int>(_ => self.Reply("int"));
            self.Any(_ => self.Reply("any"));
            error = Record.Exception(() => self.On<string>(_ => { }));
            self.Reply("constructed", TestActor);
        });
        ExpectMsg("constructed");
        Assert.IsType<InvalidOperationException>(error);
        actor.Tell("a");
        ExpectMsg("any");
        actor.Tell(1);
        ExpectMsg("int");
    }

    [Fact]
    public void Registration_in_a_handler_throws()
    {
        var actor = Start(self => self.On<string>(_ => self.Reply(
            Record.Exception(() => self.On<int>(_ => { }))!)));
        actor.Tell("try");
        ExpectMsg<InvalidOperationException>();
    }

    [Fact]
    public void Message_without_a_handler_goes_to_Unhandled()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Akka.Event.UnhandledMessage));
        Start(self => self.On<int>(_ => { })).Tell("unknown");
        Assert.Equal("unknown", ExpectMsg<Akka.Event.UnhandledMessage>().Message);
    }

    [Fact]
    public void Unhandled_can_be_overridden()
    {
        Sys.ActorOf(Props.Create(() => new OwnUnhandled())).Tell(1);
        ExpectMsg("own: 1");
    }

    [Fact]
    public void Become_replaces_all_handlers_from_the_next_message_on()
    {
        var actor = Start(self => self.On<string>(_ =>
        {
            self.Turn(() => self.On<int>(_ => self.Reply("int")));
            self.Reply("handler ran to its end");
        }));
        Sys.EventStream.Subscribe(TestActor, typeof(Akka.Event.UnhandledMessage));
        actor.Tell("turn");
        ExpectMsg("handler ran to its end");
        actor.Tell(1);
        ExpectMsg("int");
        actor.Tell("turn");
        ExpectMsg<Akka.Event.UnhandledMessage>();
    }

    [Fact]
    public void BecomeStacked_pushes_and_UnbecomeStacked_pops_down_to_the_first()
    {
        var actor = Start(self =>
        {
            self.On<int>(_ => self.TurnStacked(() => Level(self, "one", () => Level(self, "two", null))));
            self.On<string>(_ => self.Reply("constructor"));
            self.On<bool>(_ => self.Back());
        });
        void Expect(object change, string level)
        {
            actor.Tell(change);
            actor.Tell("who");
            ExpectMsg(level);
        }

        Expect(true, "constructor");
        Expect(1, "one");
        Expect(1, "two");
        Expect(true, "one");
        Expect(true, "constructor");
        Expect(true, "constructor");
    }

    [Fact]
    public void UnbecomeStacked_after_a_plain_Become_returns_to_the_constructors_behaviour()
    {
        var actor = Start(self =>
        {
            self.On<int>(_ => self.Turn(() => Level(self, "one", null)));
            self.On<string>(_ => self.Reply("constructor"));
        });
        actor.Tell(1);
        actor.Tell("who");
        ExpectMsg("one");
        actor.Tell(true);
        actor.Tell("who");
        ExpectMsg("constructor");
    }

    [Fact]
    public void Restart_drops_the_behaviours()
    {
        var actor = Start(self =>
        {
            self.On<int>(_ => self.TurnStacked(() => Level(self, "one", null)));
            self.On<string>(_ => self.Reply("constructor"));
        });
        actor.Tell(1);
        actor.Tell(new InvalidOperationException("restart"));
        actor.Tell("who");
        ExpectMsg("constructor");
    }

    private static void Level(Open self, string name, Action? next)
    {
        self.On<string>(_ => self.Reply(name));
        self.On<bool>(_ => self.Back());
        self.On<Exception>(cause => throw cause);
        if (next is not null)
            self.On<int>(_ => self.TurnStacked(next));
    }

    /// <summary>Opens the protected registration methods to a delegate.</summary>
    private sealed class Open : ReceiveActor
    {
        public Open(Action<Open> configure) => configure(this);

        public void On<T>(Action<T> handler, Predicate<T>? fits = null) => Receive(handler, fits);

        public void On<T>(Predicate<T> fits, Action<T> handler) => Receive(fits, handler);

        public void On<T>(Func<T, bool> handler) => Receive(handler);

        public void OnType(Type type, Action<object> handler, Predicate<object>? fits = null)
            => Receive(type, handler, fits);

        public void OnType(Type type, Predicate<object> fits, Action<object> handler) => Receive(type, fits, handler);

        public void OnType(Type type, Func<object, bool> handler) => Receive(type, handler);

        public void Any(Action<object> handler) => ReceiveAny(handler);

        public void Turn(Action configure) => Become(configure);

        public void TurnStacked(Action configure) => BecomeStacked(configure);

        public void Back() => UnbecomeStacked();

        public void Reply(object answer, IActorRef? to = null) => (to ?? Sender).Tell(answer);
    }

    private sealed class OwnUnhandled : ReceiveActor
    {
        protected override void Unhandled(object message) => Sender.Tell("own: " + message);
    }
}
