using System.Collections.Immutable;

namespace Propolis.Core.Migration;

/// <summary>What the source waits for. In this order, but for the rounds of the hand-over.</summary>
public enum SourceStep
{
    /// <summary>For the VM to let the migration begin, and for the target's offer.</summary>
    Offer,

    /// <summary>For the target to have built the VM.</summary>
    Built,

    /// <summary>For the target to have asked for memory while the guest runs.</summary>
    PushRunning,

    /// <summary>For the guest to stand still.</summary>
    Pause,

    /// <summary>For the disks to have flushed.</summary>
    Flush,

    /// <summary>For the machine to write the guest down.</summary>
    Export,

    /// <summary>For the target to have all memory.</summary>
    PushPaused,

    /// <summary>For the target to have set its clock.</summary>
    Time,

    /// <summary>For the target to have taken the devices and the guest.</summary>
    Devices,

    /// <summary>For the target to want no more memory.</summary>
    Pull,

    /// <summary>For the target to say where it is.</summary>
    Address,

    /// <summary>For the console to be written down.</summary>
    Console,

    /// <summary>For the target to have taken the console.</summary>
    ConsoleTaken,

    /// <summary>For the disks to say their newest VCRs.</summary>
    ReadDisks,

    /// <summary>For the target to say which generation it takes the disks with.</summary>
    Generation,

    /// <summary>For the target to hold the disks; in a plain migration, to be done.</summary>
    Finish,

    /// <summary>For the disks to be sealed.</summary>
    Seal,

    /// <summary>For the VM to let go of the guest.</summary>
    HandOver,

    /// <summary>It is over.</summary>
    Done,
}

/// <summary>Where the source's end of a migration is.</summary>
/// <param name="Migration">Which.</param>
/// <param name="SpecTexts">What the VM is made of, in the words of either dialect.</param>
/// <param name="Step">What it waits for.</param>
public sealed record MigrationSourceState(Guid Migration, SpecTexts SpecTexts, SourceStep Step)
{
    /// <summary>Known once the target's offer was taken.</summary>
    public MigrationDialect Dialect { get; init; }

    /// <summary>The VM has let it begin.</summary>
    public bool IsAdmitted { get; init; }

    /// <summary>The target's offer, when it came before the VM let the migration begin.</summary>
    public string? Offer { get; init; }

    /// <summary>Numbers the waits; an elapsed limit of an earlier one is stale.</summary>
    public int Wait { get; init; }

    /// <summary>The target asked for the memory of the paused guest before it was written down.</summary>
    public MigrationFrame.MemQuery? Query { get; init; }

    /// <summary>The guest, once written down.</summary>
    public MachineImage? Image { get; init; }

    /// <summary>What was offered of its memory.</summary>
    public ImmutableArray<PageRange> Offers { get; init; } = [];

    /// <summary>The disks as they were handed over last.</summary>
    public ValueList<HandOverDisk> Disks { get; init; } = [];

    /// <summary>Hand-overs so far.</summary>
    public int Rounds { get; init; }

    /// <summary>The least generation that takes the disks back, once the target may have activated them.</summary>
    public ulong? ReclaimGeneration { get; init; }
}

/// <summary>What the VM is made of, in the words of either dialect.</summary>
public sealed record SpecTexts(string HandOver, string Plain)
{
    /// <summary>They may hold keys: not shown.</summary>
    public override string ToString() => "spec texts";
}
