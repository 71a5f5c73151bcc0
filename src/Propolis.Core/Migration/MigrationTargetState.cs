using System.Collections.Immutable;

namespace Propolis.Core.Migration;

/// <summary>What the target waits for. In this order, but for the rounds of the hand-over.</summary>
public enum TargetStep
{
    /// <summary>For the way to the source.</summary>
    Link,

    /// <summary>For the source to choose how to talk.</summary>
    Choice,

    /// <summary>For what the VM is made of.</summary>
    Spec,

    /// <summary>For its parts to be built here.</summary>
    Build,

    /// <summary>For the memory of the running guest.</summary>
    PushRunning,

    /// <summary>For the memory of the paused guest.</summary>
    PushPaused,

    /// <summary>For the guest's clock.</summary>
    Time,

    /// <summary>For the devices.</summary>
    Devices,

    /// <summary>For the machine to take the guest.</summary>
    Import,

    /// <summary>For the source to have no more memory.</summary>
    Pull,

    /// <summary>For the console's history.</summary>
    History,

    /// <summary>For the console to take it.</summary>
    Console,

    /// <summary>For the source's disks.</summary>
    Disks,

    /// <summary>For our disks to have the VCRs they are taken over with.</summary>
    Take,

    /// <summary>For the source to know the generation they are taken with.</summary>
    Go,

    /// <summary>For our disks to be active.</summary>
    Activate,

    /// <summary>For the source to let go of the guest, or to hand over changed disks once more.</summary>
    LetGo,

    /// <summary>For word of what the source did, since the way to it is lost.</summary>
    Doubt,

    /// <summary>It is over.</summary>
    Done,
}

/// <summary>Where the target's end of a migration is.</summary>
/// <param name="Migration">Which.</param>
/// <param name="Address">This service's own, for readers of the console to find it.</param>
/// <param name="Step">What it waits for.</param>
public sealed record MigrationTargetState(Guid Migration, string Address, TargetStep Step)
{
    /// <summary>Known once the source chose it.</summary>
    public MigrationDialect Dialect { get; init; }

    /// <summary>Numbers the waits; an elapsed limit of an earlier one is stale.</summary>
    public int Wait { get; init; }

    /// <summary>Offers of memory that have not been fetched.</summary>
    public ImmutableArray<PageRange> Offered { get; init; } = [];

    /// <summary>Addresses of the pages under way, ascending.</summary>
    public ImmutableArray<ulong> Coming { get; init; } = [];

    /// <summary>Memory that arrived, by address.</summary>
    public ImmutableSortedDictionary<ulong, ReadOnlyMemory<byte>> Pages { get; init; } =
        ImmutableSortedDictionary<ulong, ReadOnlyMemory<byte>>.Empty;

    /// <summary>Devices that arrived.</summary>
    public IReadOnlyList<DeviceState>? Devices { get; init; }

    /// <summary>Our disks are active.</summary>
    public bool HoldsDisks { get; init; }
}
