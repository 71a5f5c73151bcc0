using Crucible.Core.Volumes;
using Propolis.Core.Lifecycle;
using Propolis.Core.Spec;
using PropolisActors.Protocols;

namespace PropolisActors.Journal;

/// <summary>
/// Everything this service remembers over a restart. What is not here is forgotten: a guest's memory, its console, who
/// was waiting.
/// </summary>
/// <remarks>
/// Stored by <see cref="JournalCodec"/> under a name and a version, never by the name of a type, so that these records may
/// be renamed and moved. A member may be added only with a new version and a way to read the old one.
/// </remarks>
public abstract record JournalEvent
{
    private JournalEvent()
    {
    }

    /// <summary>What the same actor stored before is of no use any more once this is stored.</summary>
    public virtual bool ReplacesEarlier => false;

    /// <summary>The directory knows this name from now on.</summary>
    public sealed record VmNamed(VmName Vm) : JournalEvent;

    /// <summary>The directory knows this name no longer.</summary>
    /// <param name="Number">How many instances bore it. Later ones of any name are counted from there, so that none meets what
    /// an earlier one of its name and number stored.</param>
    public sealed record VmForgotten(VmName Vm, int Number) : JournalEvent;

    /// <summary>A VM was created under a name that was free, or whose last VM had ended.</summary>
    /// <param name="Number">Counts the instances that bore the name, from 1.</param>
    /// <param name="Properties">As given.</param>
    /// <param name="Spec">Canonical. The VCRs in it are those of the beginning; each volume stores its own.</param>
    public sealed record InstanceEnsured(int Number, InstanceProperties Properties, ValidatedSpec Spec) : JournalEvent
    {
        public override bool ReplacesEarlier => true;

        public override string ToString() => $"InstanceEnsured {{ Number = {Number}, Id = {Properties.Id} }}";
    }

    /// <summary>The VM's state as clients may have seen it.</summary>
    /// <param name="Gen">From 1; rises by one with each publication of one instance.</param>
    /// <param name="State">What clients see.</param>
    /// <param name="At">When, UTC.</param>
    /// <param name="FailureReason">Why it failed, as far as was known then; null when it had not.</param>
    public sealed record StatePublished(ulong Gen, InstanceState State, DateTimeOffset At, string? FailureReason) : JournalEvent;

    /// <summary>What one volume must remember: each of these replaces the one before.</summary>
    public sealed record VolumeStored(VolumeRecord Record) : JournalEvent
    {
        public override bool ReplacesEarlier => true;
    }
}
