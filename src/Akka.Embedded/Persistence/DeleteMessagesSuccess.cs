namespace Akka.Persistence;

/// <summary>Answers a DeleteMessages: events up to and including that number are gone.</summary>
public sealed record DeleteMessagesSuccess(long ToSequenceNr);
