using Akka.Actor;

namespace Akka.Conformance.Tests.Events;

/// <summary>After its quiet time the log of dead letters speaks again.</summary>
public sealed class DeadLetterLogAgainTests : Akka.TestKit.Xunit2.TestKit
{
    public DeadLetterLogAgainTests()
        : base(Limits.Patient + "akka.log-dead-letters = 1\nakka.log-dead-letters-suspend-duration = 30ms")
    {
    }

    [Fact]
    public void Dead_letters_are_logged_again_after_the_quiet_time()
    {
        // Method: letters are sent until a second one is logged, which the quiet time has to let happen.
        EventFilter.Info(contains: "was not delivered").ExpectOne(() => Sys.DeadLetters.Tell("first"));
        var logged = EventFilter.Info(contains: "was not delivered");
        AwaitAssert(() => logged.Expect(1, Limits.Quiet, () => Sys.DeadLetters.Tell("more")), Limits.Long);
    }
}
