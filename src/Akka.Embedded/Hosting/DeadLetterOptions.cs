using System.Globalization;
using Propolis.Hocon;

namespace Akka.Hosting;

/// <summary>Which dead letters are logged. Null leaves it to the configuration.</summary>
public sealed class DeadLetterOptions
{
    public TriStateValue? ShouldLog { get; set; }

    /// <summary>With <see cref="TriStateValue.Some"/>: how many, before it goes quiet.</summary>
    public int LogCount { get; set; } = 10;

    public bool? LogDuringShutdown { get; set; }

    /// <summary>How long it is quiet after that many.</summary>
    public TimeSpan? LogSuspendDuration { get; set; }

    internal void AddTo(List<KeyValuePair<string, HoconValue>> akka)
    {
        if (ShouldLog is { } which)
        {
            akka.Add(new("log-dead-letters", HoconValue.OfText(which switch
            {
                TriStateValue.All => "on",
                TriStateValue.None => "off",
                _ => LogCount.ToString(CultureInfo.InvariantCulture),
            })));
        }
        if (LogDuringShutdown is { } during)
            akka.Add(new("log-dead-letters-during-shutdown", HoconValue.OfText(during ? "on" : "off")));
        if (LogSuspendDuration is { } quiet)
        {
            akka.Add(new("log-dead-letters-suspend-duration", HoconValue.OfText(
                quiet == Timeout.InfiniteTimeSpan
                    ? "infinite"
                    : quiet.TotalMilliseconds.ToString(CultureInfo.InvariantCulture) + "ms")));
        }
    }
}
