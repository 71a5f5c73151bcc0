using System.Collections.Immutable;
using System.Net;
using Crucible.Core.Upstairs;
using Crucible.Core.Volumes;
using Crucible.Net;
using Crucible.Net.Upstairs;
using Crucible.Wire;

namespace PropolisActors.Volumes;

/// <summary>The data path of one volume, as its actor drives it. Region sets act side by side.</summary>
public interface IVolumeHost : IAsyncDisposable
{
    /// <summary>What the machine reads and writes; the same object for the life of the VM.</summary>
    IBlockDevice Device { get; }

    /// <summary>Published snapshots, in the order of the tree; reading them never waits.</summary>
    ImmutableArray<RegionSetStatus> Status { get; }

    /// <summary>Ends when the region set serves I/O, or is refused. Waits as long as servers are missing.</summary>
    /// <param name="regionSet">Which.</param>
    /// <param name="generation">The generation to claim its servers with.</param>
    /// <param name="ct">Withdraws the activation.</param>
    Task<ActivationResult> ActivateAsync(RegionSetIndex regionSet, Generation generation, CancellationToken ct);

    /// <summary>Flushes and lets go of the servers; after <paramref name="grace"/> fails what is left and lets go.
    /// Zero lets go at once.</summary>
    Task DeactivateAsync(RegionSetIndex regionSet, TimeSpan grace);

    /// <summary>Changes a target. Answered at once in every state.</summary>
    Task<ReplaceOutcome> ReplaceAsync(RegionSetIndex regionSet, IPEndPoint old, IPEndPoint replacement);

    /// <summary>Flushes, and has each copy take a snapshot of that name; one that is there already counts as made.</summary>
    /// <returns>Answered within <paramref name="deadline"/>; an error names who has not made it.</returns>
    Task<IoResult> SnapshotAsync(RegionSetIndex regionSet, string name, TimeSpan deadline);
}
