namespace Akka.Actor;

/// <summary>A source of time.</summary>
public interface ITimeProvider
{
    /// <summary>Wall-clock time.</summary>
    DateTimeOffset Now { get; }

    /// <summary>Time since an arbitrary start; never goes back.</summary>
    TimeSpan MonotonicClock { get; }

    /// <summary>As <see cref="MonotonicClock"/>, as fine as the machine can.</summary>
    TimeSpan HighResMonotonicClock { get; }
}
