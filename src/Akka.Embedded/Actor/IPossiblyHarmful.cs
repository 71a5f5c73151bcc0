namespace Akka.Actor;

/// <summary>A message that strangers should not be able to send.</summary>
public interface IPossiblyHarmful;
