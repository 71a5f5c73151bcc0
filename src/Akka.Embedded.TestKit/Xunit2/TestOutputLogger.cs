using Akka.Actor;
using Akka.Event;
using Xunit.Abstractions;

namespace Akka.TestKit.Xunit2.Internals;

/// <summary>Writes log events to a test's output.</summary>
public class TestOutputLogger : ReceiveActor
{
    /// <summary>To that output.</summary>
    public TestOutputLogger(ITestOutputHelper output)
    {
        Receive<LogEvent>(log =>
        {
            try
            {
                output.WriteLine(log.ToString());
            }
            catch (InvalidOperationException)
            {
                // The test is over; what its system still says has nowhere to go.
            }
        });
        Receive<InitializeLogger>(_ => Sender.Tell(new LoggerInitialized()));
    }
}
