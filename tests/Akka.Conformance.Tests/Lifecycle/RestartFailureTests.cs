using Akka.Actor;

namespace Akka.Conformance.Tests.Lifecycle;

/// <summary>A restart that cannot make the new instance.</summary>
public sealed class RestartFailureTests : Akka.TestKit.Xunit2.TestKit
{
    public RestartFailureTests()
        : base(Limits.Patient)
    {
    }

    [Fact]
    public void Failure_of_the_new_constructor_is_PostRestartException_and_stops_by_default()
    {
        var made = new Counter();
        var parent = Sys.ActorOf(FuncActor.Spawner(new OneForOneStrategy(cause =>
        {
            TestActor.Tell(cause);
            return SupervisorStrategy.DefaultDecider.Decide(cause);
        })));
        parent.Tell(Props.Create(() => new FailsTheSecondTime(made)));
        var child = Watch(ExpectMsg<IActorRef>());

        child.Tell("fail");

        Assert.Equal("fail", ExpectMsg<InvalidOperationException>().Message);
        var failure = ExpectMsg<PostRestartException>();
        Assert.IsAssignableFrom<ActorInitializationException>(failure);
        Assert.Equal("fail", failure.OriginalCause.Message);
        Assert.Equal("second time", failure.GetBaseException().Message);
        ExpectTerminated(child);
    }

    private sealed class Counter
    {
        public int Value { get; set; }
    }

    private sealed class FailsTheSecondTime : UntypedActor
    {
        public FailsTheSecondTime(Counter made)
        {
            if (++made.Value == 2)
                throw new FormatException("second time");
        }

        protected override void OnReceive(object message) => throw new InvalidOperationException((string)message);
    }
}
