namespace Akka.Persistence;

/// <summary>Answers a DeleteMessages: they may still be there. The actor goes on.</summary>
public sealed record DeleteMessagesFailure(Exception Cause, long ToSequenceNr);
