using System.Net;
using Crucible.Wire;

namespace Crucible.Core.Upstairs;

// The change of a target. It is decided at once in every state, whatever the slot itself is doing: a slot stuck on a
// dead server is exactly the one that must be freed. What is asked of the other slots protects the data.
public sealed partial class RegionSetMachine
{
    private LastReplacement? _lastReplacement;

    private ReplaceOutcome Replace(IPEndPoint old, IPEndPoint next)
    {
        var slot = Array.Find(_slots, s => s.Target.Equals(old));
        var holder = Array.Find(_slots, s => s.Target.Equals(next));
        if (slot is null)
        {
            return holder switch
            {
                null => new ReplaceOutcome.Missing(),
                { Active: true } => new ReplaceOutcome.CompletedAlready(),
                _ => new ReplaceOutcome.StartedAlready(),
            };
        }

        if (holder is not null)
            return Refuse(RefusalDuration.Permanent, $"{next} is a target already, and so is {old}");

        // Otherwise three replacements one after another would leave a disk of blank copies, served as if it were whole.
        if (IsLastGoodCopy(slot))
            return Refuse(RefusalDuration.Permanent, $"{slot} is the last copy that was in sync");
        if (slot.HoldsFlushes && !Array.Exists(_slots, other => other != slot && HoldsFlushesNow(other)))
            return Refuse(RefusalDuration.Temporary, $"only {slot} has yet all that was flushed");

        if (State == UpstairsState.GoActive && IsOnlyKnownNewest(slot))
            return Refuse(RefusalDuration.Temporary, $"no other copy is known to be as new as that of {slot}");

        if (Array.Find(_slots, other => other != slot && InTransition(slot, other)) is { } busy)
            return Refuse(RefusalDuration.Temporary, $"{busy} is not in service: it {WaitingFor(busy)}");

        Retarget(slot, next);
        _lastReplacement = new LastReplacement(old, next, slot.Id, InSync: false);
        return new ReplaceOutcome.Started();
    }

    /// <summary>
    /// Nobody else has what this slot has: every flush the guest was told of, or while guests are served even one write
    /// that was only accepted. Deactivating gives up the latter, and with it this refusal.
    /// </summary>
    private bool IsLastGoodCopy(Slot slot)
    {
        var others = _slots.Where(other => other != slot).ToArray();
        return (slot.HoldsFlushes && !others.Any(other => other.HoldsFlushes))
            || (State == UpstairsState.Active && slot.InSync && !others.Any(other => other.InSync));
    }

    /// <summary>
    /// Where two copies may go on without the third, one that has not been heard of yet may be what they left behind:
    /// it must not be all that is left.
    /// </summary>
    private bool IsOnlyKnownNewest(Slot slot) => _config.ActivationQuorum < ProtocolLimits.Slots
        && slot is { HoldsFlushes: true, Versions: { } versions }
        && !Array.Exists(_slots, other => other != slot && other is { HoldsFlushes: true, Versions: { } theirs }
            && NewestOf(theirs) >= NewestOf(versions));

    private static ulong NewestOf(Message.ExtentVersions versions) =>
        versions.Generations.Max(generation => generation.Value);

    /// <summary>What a copy is still to be sent again it does not hold: we may end before it is.</summary>
    private bool HoldsFlushesNow(Slot slot) => slot.HoldsFlushes && !OwesFlush(slot);

    /// <summary>
    /// While data may be changing, a second good copy must not be given up before the first is whole. A slot that is out
    /// of service anyhow gives up nothing.
    /// </summary>
    private bool InTransition(Slot slot, Slot other) =>
        State is UpstairsState.Active or UpstairsState.Deactivating && slot.Active
        && (!other.InSync || (!other.Active && other.Mode != SlotMode.New));

    private void Retarget(Slot slot, IPEndPoint next)
    {
        _out.Add(new UpstairsEffect.Note(UpstairsNote.SlotReplaced, slot.Id, $"{slot.Target} by {next}"));
        HangUp(slot);
        slot.Target = next;
        slot.Region = null;
        slot.Replaced = true;
        slot.InSync = false;
        slot.HoldsFlushes = false;
        slot.LastError = null;
        slot.Attempts = 0;
        slot.PromotionsRefused = 0;
        slot.Since = _now;
        slot.Mode = State == UpstairsState.Active ? SlotMode.Replaced : SlotMode.New;
        DiscountFlushes(slot);
        SkipJobs(slot);
        if (ConnectionsWanted)
            Dial(slot);
        else
            Rest(slot);
    }

    private static ReplaceOutcome.Refused Refuse(RefusalDuration duration, string why) =>
        new(duration, Refusals.Replacement(why));
}
