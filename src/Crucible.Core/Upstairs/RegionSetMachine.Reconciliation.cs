using System.Diagnostics;
using Crucible.Wire;

namespace Crucible.Core.Upstairs;

// From copies that have all described their extents to copies that are equal: at activation, and again while active
// when no copy is left in service that the others could be repaired from. Nothing else runs meanwhile: no guest is
// served, and no job is under way.
public sealed partial class RegionSetMachine
{
    private Reconciliation? _reconciliation;
    private ulong _reconciliationsAborted;

    /// <summary>The generation that reconciliation of this activation wrote to disk, so that it is not in its own way.</summary>
    private Generation? _generationMended;

    /// <summary>Goes active if what has been negotiated allows it; called when a slot reaches WaitQuorum.</summary>
    private void TryGoActive()
    {
        if (State != UpstairsState.GoActive || _reconciliation is not null || _renewal is not null)
            return;
        var ready = Array.FindAll(_slots, slot => slot.Step == SlotStep.WaitQuorum);
        if (ready.Length == ProtocolLimits.Slots)
            Collate(ready);
        else
            ConsiderQuorum(ready);
    }

    /// <summary>Compares the copies that are ready, and either mends them or goes on at once.</summary>
    private void Collate(Slot[] ready)
    {
        var comparison = ExtentComparison.Of([.. ready.Select(slot => (slot.Id, slot.Versions
            ?? throw new UnreachableException($"{slot} waits without extent versions")))]);
        if (GenerationTooLow(comparison.GenerationFound) is { } refusal)
        {
            Disable(refusal, Refusals.Inactive);
            return;
        }

        // Never above our own: our next flushes carry that, and would lose against what was mended before them. With two
        // copies just our own: an earlier mending may have left one more than was found here on the third.
        var generation = ready.Length < ProtocolLimits.Slots
            ? _generation.Value
            : Math.Min(OneMore(comparison.GenerationFound), _generation.Value);
        var flush = new FlushNumber(Math.Max(OneMore(comparison.FlushFound), _nextFlush.Value));
        if (comparison.Mends.Count == 0)
        {
            _nextFlush = flush;
            FinishCollation(ready, extentsMended: 0);
            return;
        }

        // One more than what the mended extents get: the same pair twice would name two contents.
        _nextFlush = new FlushNumber(OneMore(flush.Value));
        _generationMended = new Generation(generation);
        StartReconciliation(new Reconciliation(ready, comparison.Mends, new Generation(generation), flush, _now));
    }

    private CrucibleError? GenerationTooLow(ulong found)
    {
        // While active, and again in an activation whose mending was interrupted, our own number is on disk already.
        var ours = State == UpstairsState.Active || _generationMended?.Value == found;
        var needed = ours ? found : OneMore(found);
        return _generation.Value < needed ? Refusals.GenerationTooLow(_generation, needed) : null;
    }

    private void StartReconciliation(Reconciliation reconciliation)
    {
        _reconciliation = reconciliation;
        foreach (var slot in reconciliation.Participants)
            Advance(slot, SlotStep.Reconcile);
        Say(UpstairsNote.ReconciliationStarted, null, $"{reconciliation.ExtentsNeeded} extents are to be made equal");
        BeginReconciliationStep(reconciliation);
    }

    private void BeginReconciliationStep(Reconciliation reconciliation)
    {
        var message = reconciliation.Begin(out var receivers);
        foreach (var slot in receivers)
            Send(slot, message);
    }

    private void OnReconciliationMessage(Slot slot, Message message)
    {
        if (_reconciliation is not { } reconciliation)
            throw new UnreachableException($"{slot} reconciles and nothing else does");
        switch (message)
        {
            case Message.RepairAckId m when reconciliation.Answered(slot.Id, m.RepairId):
                AdvanceReconciliation(reconciliation);
                break;
            case Message.RepairAckId m:
                Misbehaved(slot, $"it answered step {m.RepairId.Value} of reconciliation, which was not asked of it");
                break;
            case Message.ExtentError m:
                GiveUpConnection(slot, $"{m.Extent} could not be made equal: {m.Error.Describe()}");
                break;
            default:
                Misbehaved(slot, $"it sent {message.Kind} during reconciliation");
                break;
        }
    }

    private void AdvanceReconciliation(Reconciliation reconciliation)
    {
        if (!reconciliation.TryEndStep())
            return;
        if (!reconciliation.Finished)
        {
            BeginReconciliationStep(reconciliation);
            return;
        }

        _reconciliation = null;
        FinishCollation(reconciliation.Participants, reconciliation.ExtentsNeeded);
    }

    /// <summary>These copies are equal and serve from now on.</summary>
    private void FinishCollation(IReadOnlyList<Slot> equal, int extentsMended)
    {
        Say(UpstairsNote.ReconciliationFinished, null, $"{extentsMended} extents were made equal");
        foreach (var slot in equal)
            PutInService(slot);
        if (State != UpstairsState.GoActive)
            return;
        if (equal.Count < ProtocolLimits.Slots)
            BeginRenewal(equal);
        else
            BecomeActive();
    }

    /// <summary>
    /// Every copy missed something and none serves: no job can be under way. What was accepted and never flushed is lost
    /// on some of them; the newest copy of each extent decides.
    /// </summary>
    private void ReconcileWhileActive()
    {
        FailOutstanding(Refusals.TooFewSlots(UpstairsLimits.ReadQuorum, 0));
        _replayPossible = true;
        Collate(_slots);
    }

    /// <summary>A participant left: nothing is known to be equal, and everybody starts over from the connection.</summary>
    private void AbortReconciliationWhenBroken()
    {
        if (_reconciliation is not { Intact: false } reconciliation)
            return;
        _reconciliation = null;
        _reconciliationsAborted++;
        Say(UpstairsNote.ReconciliationAborted, null, $"at extent {reconciliation.ExtentsDone} of {reconciliation.ExtentsNeeded}");
        foreach (var slot in reconciliation.Participants)
        {
            // Its server holds closed extents, which only a new session opens. It did nothing wrong, so it need not wait.
            if (slot.Step == SlotStep.Reconcile)
                Redial(slot, "another copy left the reconciliation");
        }
    }

    /// <summary>A server may claim the highest number there is.</summary>
    private static ulong OneMore(ulong number) => number == ulong.MaxValue ? number : number + 1;

    private void Say(UpstairsNote kind, ClientId? slot, string text) =>
        _out.Add(new UpstairsEffect.Note(kind, slot, text));
}
