namespace Akka.Deterministic;

/// <summary>Ends a run from within: everything it could still do has been seen.</summary>
internal sealed class RedundantScheduleException : Exception;
