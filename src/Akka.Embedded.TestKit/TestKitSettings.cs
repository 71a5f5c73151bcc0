using Akka.Configuration;

namespace Akka.TestKit;

/// <summary>What <c>akka.test</c> says.</summary>
public class TestKitSettings
{
    /// <summary>Reads the settings from a system's configuration.</summary>
    public TestKitSettings(Config config)
    {
        DefaultTimeout = config.GetTimeSpan("akka.test.default-timeout", TimeSpan.FromSeconds(5));
        SingleExpectDefault = config.GetTimeSpan("akka.test.single-expect-default", TimeSpan.FromSeconds(3));
        TestEventFilterLeeway = config.GetTimeSpan("akka.test.filter-leeway", TimeSpan.FromSeconds(3));
        TestTimeFactor = config.GetDouble("akka.test.timefactor", 1);
        if (TestTimeFactor <= 0)
            throw new ConfigurationException($"akka.test.timefactor is {TestTimeFactor}, it must be positive.");
    }

    /// <summary>For what has no time of its own.</summary>
    public TimeSpan DefaultTimeout { get; }

    /// <summary>How long an expectation waits, before dilation.</summary>
    public TimeSpan SingleExpectDefault { get; }

    /// <summary>How long log events may be late, before dilation.</summary>
    public TimeSpan TestEventFilterLeeway { get; }

    /// <summary>Multiplies times in tests.</summary>
    public double TestTimeFactor { get; }
}
