namespace Propolis.Core.Lifecycle;

/// <summary>How a VM let go of its guest and its disks. Said of failed ones too, beside the reason.</summary>
public enum VmEnd
{
    /// <summary>Its guest never ran here, so there was nothing to lose.</summary>
    NotStarted,

    /// <summary>The guest halted and every disk was flushed.</summary>
    Clean,

    /// <summary>Time was up, or something broke: see which disks were not flushed.</summary>
    Forced,

    /// <summary>It runs on another server; every disk was flushed before.</summary>
    MigratedOut,
}

/// <summary>What became of a VM that ended, readable until the next one of its name is created.</summary>
/// <param name="How">In one word.</param>
/// <param name="Disks">Every network disk, in order.</param>
public sealed record VmOutcome(VmEnd How, ValueList<DiskOutcome> Disks)
{
    /// <summary>The same of every disk.</summary>
    public static VmOutcome Of(VmEnd how, ValueList<Spec.SpecKey> disks, bool flushed) =>
        new(how, ValueList.From(disks.Select(disk => new DiskOutcome(disk, flushed))));

    /// <summary>Clean when every disk was flushed, else forced.</summary>
    public static VmOutcome Of(ValueList<Spec.SpecKey> disks, ValueList<Spec.SpecKey> unflushed) => new(
        unflushed.Count == 0 ? VmEnd.Clean : VmEnd.Forced,
        ValueList.From(disks.Select(disk => new DiskOutcome(disk, !unflushed.Contains(disk)))));
}

/// <summary>What became of one disk.</summary>
/// <param name="Disk">The backend key.</param>
/// <param name="Flushed">All that the guest had written reached the servers. When false, writes since the guest's own
/// last flush may be lost; what it had flushed is not.</param>
public sealed record DiskOutcome(Spec.SpecKey Disk, bool Flushed);
