namespace Akka.Deterministic;

/// <summary>What one step touched. Two steps whose footprints do not clash lead to the same state in either order.</summary>
/// <remarks>
/// Actors touch each other only through mailboxes, so this is the whole of it, but for objects that actors share behind the
/// mailboxes' back: those a scenario must name with <see cref="DeterministicSystem.Touch"/>.
/// </remarks>
internal sealed class Footprint(bool touchesAll)
{
    private readonly HashSet<(string Place, AccessKind Kind)> _accesses = [];
    private bool _touchesAll = touchesAll;

    public void Add(string place, AccessKind kind) => _accesses.Add((place, kind));

    public void AddAll() => _touchesAll = true;

    public bool ClashesWith(Footprint other) => _touchesAll || other._touchesAll
        || _accesses.Any(mine => other._accesses.Any(theirs => mine.Place == theirs.Place && Clash(mine.Kind, theirs.Kind)));

    // A handler takes from the front of its queue what was there before it became ready, and a sender puts at the end, so
    // these two may change places; and the two queues of an actor do not touch. But a system message decides which queue
    // the next turn takes from, so the order of its arrival and a turn of the other kind matters.
    private static bool Clash(AccessKind a, AccessKind b) => (a, b) switch
    {
        (AccessKind.Send, AccessKind.Handle or AccessKind.HandleSystem or AccessKind.SendSystem) => false,
        (AccessKind.Handle or AccessKind.HandleSystem or AccessKind.SendSystem, AccessKind.Send) => false,
        (AccessKind.SendSystem, AccessKind.HandleSystem) or (AccessKind.HandleSystem, AccessKind.SendSystem) => false,
        _ => true,
    };
}
