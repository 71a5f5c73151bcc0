namespace Akka.Conformance.Tests;

/// <summary>Times in tests.</summary>
public static class Limits
{
    /// <summary>Generous: reaching it is a hang, not slowness.</summary>
    public static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    /// <summary>Configuration that makes the default limits of a test kit as generous.</summary>
    public const string Patient = "akka.test { single-expect-default = 30s, filter-leeway = 30s }\n";

    /// <summary>How long is looked for something that must not come; the test passes however slow the machine is.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(50);

    /// <summary>A limit that is meant to be reached.</summary>
    public static readonly TimeSpan Short = TimeSpan.FromMilliseconds(30);
}
