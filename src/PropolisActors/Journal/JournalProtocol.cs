using System.Collections.Immutable;
using Akka.Actor;

namespace PropolisActors.Journal;

/// <summary>What a <see cref="JournalActor"/> accepts, and what it tells its owner.</summary>
public static class JournalProtocol
{
    /// <summary>Stores the event behind all earlier ones. Answered by <see cref="Written"/>, or by <see cref="Failed"/>.</summary>
    public sealed record Write(ulong Number, JournalEvent Event);

    /// <summary>Anything told to the owner. One that names an old attempt is stale.</summary>
    /// <param name="Journal">The persistence id; an owner may have several.</param>
    /// <param name="Attempt">Counts the children the owner has had for it, from 1.</param>
    public abstract record News(string Journal, ulong Attempt) : INoSerializationVerificationNeeded;

    /// <summary>
    /// The first news: what was stored before, in order, from the last event on that replaces everything before it.
    /// </summary>
    public sealed record Replayed(string Journal, ulong Attempt, ImmutableArray<JournalEvent> Events)
        : News(Journal, Attempt)
    {
        public override string ToString() => $"Replayed {{ Attempt = {Attempt}, Events = {Events.Length} }}";
    }

    /// <summary>The event of this number, and so every earlier one of this attempt, is durable.</summary>
    public sealed record Written(string Journal, ulong Attempt, ulong Number) : News(Journal, Attempt);

    /// <summary>
    /// The last news: it could not read or write, and has ended. Whatever was not answered is not known to be stored.
    /// </summary>
    /// <param name="Journal">The persistence id.</param>
    /// <param name="Attempt">Whose.</param>
    /// <param name="Reason">For people: what failed, where, and what to do. Holds no key.</param>
    public sealed record Failed(string Journal, ulong Attempt, string Reason) : News(Journal, Attempt);
}
