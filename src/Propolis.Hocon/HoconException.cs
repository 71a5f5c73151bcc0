namespace Propolis.Hocon;

/// <summary>A configuration that cannot be read, or a value that is not of the asked kind.</summary>
/// <remarks>No message quotes a value, because configurations hold secrets.</remarks>
public class HoconException(string message, Exception? cause = null) : Exception(message, cause);
