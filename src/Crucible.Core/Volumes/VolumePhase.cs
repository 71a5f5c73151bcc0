namespace Crucible.Core.Volumes;

/// <summary>What one volume is doing, seen from outside its data path.</summary>
/// <remarks>
/// <code>
///            demand            every region set active
///   Idle ─────────────▶ Activating ─────────────▶ Active
///    ▲ ▲                 │      │                 │    │
///    │ └──withdrawn──────┘      └────failed───────┘    │ demand ends
///    │                               │                 ▼
///    ├──────── demand ends ─────── Failed         Deactivating
///    └──────────── all flushed, or grace over ─────────┘          any phase ──ending──▶ Ended
/// </code>
/// Replacements are no part of this picture: they are taken in every phase but <see cref="Ended"/>.
/// </remarks>
public abstract record VolumePhase
{
    /// <summary>Holds no connections.</summary>
    public sealed record Idle : VolumePhase;

    /// <summary>Region sets negotiate with their servers, all at once.</summary>
    /// <param name="Waiting">Those not active yet; never empty.</param>
    public sealed record Activating(Attempt Attempt, ValueList<RegionSetIndex> Waiting) : VolumePhase;

    /// <summary>Serves reads and writes.</summary>
    public sealed record Active(Attempt Attempt) : VolumePhase;

    /// <summary>Region sets flush and let go, within the grace.</summary>
    /// <param name="Waiting">Those not done yet; never empty.</param>
    /// <param name="Flushed">All that are done had flushed everything.</param>
    /// <param name="WantedAgain">Demand came back; activation follows.</param>
    public sealed record Deactivating(Attempt Attempt, ValueList<RegionSetIndex> Waiting, bool Flushed, bool WantedAgain)
        : VolumePhase;

    /// <summary>Gave up for a reason that waiting does not mend. Renewed demand tries again.</summary>
    public sealed record Failed(VolumeFailure Reason) : VolumePhase;

    /// <summary>The VM or pantry entry is gone.</summary>
    public sealed record Ended : VolumePhase;

    /// <summary>Whether its owner wants it active.</summary>
    public bool Demanded => this is Activating or Active or Failed or Deactivating { WantedAgain: true };

    /// <summary>The attempt whose region sets are or may become active; null when none may.</summary>
    public Attempt? Running => this switch
    {
        Activating a => a.Attempt,
        Active a => a.Attempt,
        Deactivating d => d.Attempt,
        _ => null,
    };
}
