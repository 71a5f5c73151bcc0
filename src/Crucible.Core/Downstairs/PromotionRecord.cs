using System.Collections.Immutable;
using Crucible.Wire;

namespace Crucible.Core.Downstairs;

/// <summary>
/// The newest promotion a read-write disk server ever granted. It outlives the server, so that after a restart an old
/// upstairs cannot be promoted before the current one comes back.
/// </summary>
/// <remarks>Two records are compared by reference: the machine knows by that which one is stored.</remarks>
public sealed class PromotionRecord(Generation generation, SessionIds ids, ImmutableArray<SessionIds> superseded)
{
    /// <summary>The highest generation ever promoted.</summary>
    public Generation Generation => generation;

    /// <summary>Who holds it.</summary>
    public SessionIds Ids => ids;

    /// <summary>Who held the same generation before. None of them is ever let back in with it, since it may hold writes
    /// that the present holder never saw. At most <see cref="DownstairsLimits.SupersededMax"/>.</summary>
    public ImmutableArray<SessionIds> Superseded => superseded;

    /// <summary>Whether a session may be promoted as far as history goes; who is active now is another
    /// question.</summary>
    public bool Allows(Generation asked, SessionIds by)
    {
        if (asked != generation)
            return asked > generation;
        return by == ids || (!superseded.Contains(by) && superseded.Length < DownstairsLimits.SupersededMax);
    }

    /// <summary>The record after promoting a session that <see cref="Allows"/> let through.</summary>
    public PromotionRecord With(Generation promoted, SessionIds by)
    {
        if (promoted > generation)
            return new(promoted, by, []);
        return by == ids ? this : new(promoted, by, superseded.Add(ids));
    }
}
