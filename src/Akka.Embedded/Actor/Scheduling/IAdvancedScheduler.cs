namespace Akka.Actor;

/// <summary>Scheduling of actions, which run outside any actor.</summary>
public interface IAdvancedScheduler : IActionScheduler;
