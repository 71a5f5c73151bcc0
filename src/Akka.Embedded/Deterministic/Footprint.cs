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
    // these two may change places. A system message decides what the next turn handles, so its order with turns matters.
    private static bool Clash(AccessKind a, AccessKind b) => (a, b) switch
    {
        (AccessKind.Send, AccessKind.Handle) or (AccessKind.Handle, AccessKind.Send) => false,
        (AccessKind.Send, AccessKind.SendSystem) or (AccessKind.SendSystem, AccessKind.Send) => false,
        _ => true,
    };
}
