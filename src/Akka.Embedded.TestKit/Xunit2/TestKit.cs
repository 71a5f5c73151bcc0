using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Event;
using Akka.TestKit.Xunit2.Internals;
using Xunit.Abstractions;

namespace Akka.TestKit.Xunit2;

/// <summary>The base of xunit test classes: a system per test, shut down after it, logging to the test's output.</summary>
public class TestKit : TestKitBase, IDisposable
{
    private bool _disposed;

    /// <summary>On an existing system, or a new one named <c>test</c>.</summary>
    public TestKit(ActorSystem? system = null, ITestOutputHelper? output = null)
        : base(Assertions, system)
        => StartOutput(output);

    /// <summary>On a new system.</summary>
    public TestKit(ActorSystemSetup config, string? actorSystemName = null, ITestOutputHelper? output = null)
        : base(Assertions, config, actorSystemName)
        => StartOutput(output);

    /// <summary>On a new system.</summary>
    public TestKit(Config config, string? actorSystemName = null, ITestOutputHelper? output = null)
        : base(Assertions, config, actorSystemName)
        => StartOutput(output);

    /// <summary>On a new system with a configuration as text.</summary>
    public TestKit(string config, ITestOutputHelper? output = null)
        : base(Assertions, ConfigurationFactory.ParseString(config))
        => StartOutput(output);

    /// <summary>Fails by xunit's own exceptions.</summary>
    protected static new XunitAssertions Assertions { get; } = new();

    /// <summary>The test's output, or null.</summary>
    protected ITestOutputHelper? Output { get; private set; }

    /// <summary>Ends the test.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Runs when the test is over; shuts the system down.</summary>
    protected virtual void AfterAll() => Shutdown();

    /// <summary>Ends the test once.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing || _disposed)
            return;
        _disposed = true;
        AfterAll();
    }

    /// <summary>Sends a system's log events to the test's output.</summary>
    protected void InitializeLogger(ActorSystem system)
    {
        if (Output is null)
            return;
        var logger = ((ExtendedActorSystem)system).SystemActorOf(
            Props.Create(() => new TestOutputLogger(Output)), "log-test");
        foreach (var level in Enum.GetValues<LogLevel>())
            system.EventStream.Subscribe(logger, level.ClassFor());
    }

    private void StartOutput(ITestOutputHelper? output)
    {
        Output = output;
        InitializeLogger(Sys);
    }
}
