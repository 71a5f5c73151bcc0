namespace Akka.Actor;

/// <summary>A system's clock and what is due by it.</summary>
public interface IScheduler : ITellScheduler, ITimeProvider
{
    /// <summary>Scheduling of actions.</summary>
    IAdvancedScheduler Advanced { get; }
}
