using Akka.Actor;
using Akka.Event;

namespace Akka.Conformance.Tests.Events;

/// <summary>Dead letters that are not logged are still published.</summary>
public sealed class DeadLetterLogOffTests : Akka.TestKit.Xunit2.TestKit
{
    public DeadLetterLogOffTests()
        : base(Limits.Patient + "akka.log-dead-letters = off")
    {
    }

    [Fact]
    public void Dead_letters_are_not_logged_where_that_is_off()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        EventFilter.Info(contains: "was not delivered").Expect(0, Limits.Quiet, () => Sys.DeadLetters.Tell("lost"));
        Assert.Equal("lost", ExpectMsg<DeadLetter>().Message);
    }
}
