namespace Akka.Actor;

/// <summary>A message that does not restart the receive timeout's clock.</summary>
public interface INotInfluenceReceiveTimeout;
