namespace Akka.Actor;

/// <summary>A message the actor system handles before user code sees it.</summary>
public interface IAutoReceivedMessage;
