using Akka.Actor;

namespace Akka.Conformance.Tests.Events;

/// <summary>How many dead letters are logged before it goes quiet.</summary>
public sealed class DeadLetterLogTests : Akka.TestKit.Xunit2.TestKit
{
    public DeadLetterLogTests()
        : base(Limits.Patient + "akka.log-dead-letters = 3\nakka.log-dead-letters-suspend-duration = 1h")
    {
    }

    [Fact]
    public void Dead_letters_are_logged_up_to_the_number_and_then_no_more()
        => EventFilter.Info(contains: "was not delivered").Expect(3, () =>
        {
            for (var number = 0; number < 10; number++)
                Sys.DeadLetters.Tell($"lost {number}");
        });
}
