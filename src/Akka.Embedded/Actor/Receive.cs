namespace Akka.Actor;

/// <summary>A behaviour; false means the message was not handled.</summary>
public delegate bool Receive(object message);
