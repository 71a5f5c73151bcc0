using Akka.Actor;

namespace Akka.Conformance.Tests.Systems;

/// <summary>Props: how instances are made.</summary>
public sealed class PropsTests : Akka.TestKit.Xunit2.TestKit
{
    [Fact]
    public void Create_from_an_expression_evaluates_arguments_once_and_keeps_them_over_a_restart()
    {
        var made = 0;
        Func<object> make = () =>
        {
            made++;
            return new object();
        };
        var props = Props.Create(() => new Holder(make()));
        Assert.Equal(1, made);
        var actor = Sys.ActorOf(props);
        actor.Tell("get");
        var before = ExpectMsg<object>();
        actor.Tell(new InvalidOperationException("restart"));
        actor.Tell("get");
        Assert.Same(before, ExpectMsg<object>());
        Assert.Equal(1, made);
    }

    [Fact]
    public void Create_from_a_conversion_invokes_the_expression_per_incarnation()
    {
        // The cast keeps the compiler from seeing a bare constructor call.
        var made = 0;
        Func<object> make = () =>
        {
            made++;
            return new object();
        };
        var actor = Sys.ActorOf(Props.Create(() => (ActorBase)new Holder(make())));
        actor.Tell("get");
        var before = ExpectMsg<object>();
        actor.Tell(new InvalidOperationException("restart"));
        actor.Tell("get");
        Assert.NotSame(before, ExpectMsg<object>());
        Assert.Equal(2, made);
    }

    [Fact]
    public void Create_from_a_method_call_throws()
        => Assert.ThrowsAny<Exception>(() => Props.Create(() => Some()));

    [Fact]
    public void Create_by_arguments_chooses_the_constructor_at_creation()
    {
        Sys.ActorOf(Props.Create<Holder>("text")).Tell("get");
        ExpectMsg("text");
        Sys.ActorOf(Props.Create(typeof(Holder), "other")).Tell("get");
        ExpectMsg("other");
    }

    [Fact]
    public void Create_without_a_type_throws()
        => Assert.Throws<ArgumentNullException>(() => Props.Create((Type)null!));

    [Fact]
    public void CreateBy_asks_the_producer_per_incarnation_and_tells_it_of_releases()
    {
        var producer = new Producer();
        var actor = Sys.ActorOf(Props.CreateBy(producer));
        actor.Tell("get");
        ExpectMsg(1);
        actor.Tell(new InvalidOperationException("restart"));
        actor.Tell("get");
        ExpectMsg(2);
        Assert.Equal(1, producer.Released);
        Watch(actor);
        Sys.Stop(actor);
        ExpectTerminated(actor);
        Assert.Equal(2, producer.Released);
    }

    [Fact]
    public void With_methods_return_copies()
    {
        var props = FuncActor.Echo();
        var changed = props.WithSupervisorStrategy(SupervisorStrategy.StoppingStrategy);
        Assert.NotSame(props, changed);
        Assert.Null(props.SupervisorStrategy);
        Assert.Same(SupervisorStrategy.StoppingStrategy, changed.SupervisorStrategy);
    }

    private static Holder Some() => throw new InvalidOperationException();

    private sealed class Holder : UntypedActor
    {
        private readonly object _held;

        public Holder(object held) => _held = held;

        protected override void OnReceive(object message)
        {
            if (message is Exception cause)
                throw cause;
            Sender.Tell(_held);
        }
    }

    private sealed class Producer : IIndirectActorProducer
    {
        private int _produced;
        private int _released;

        public int Released => Volatile.Read(ref _released);

        public Type ActorType => typeof(Holder);

        public ActorBase Produce() => new Holder(++_produced);

        public void Release(ActorBase actor) => Interlocked.Increment(ref _released);
    }
}
