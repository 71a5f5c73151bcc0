namespace Crucible.Core.Upstairs;

// Going active with two copies, where that is asked for: the third had its time, and comes back by live repair. It is
// safe because such a set answers a flush only when two whole copies have it, so any two that were not replaced since
// hold between them whatever was flushed.
public sealed partial class RegionSetMachine
{
    private GraceNumber _grace;
    private bool _graceArmed;
    private bool _graceOver;

    private void ConsiderQuorum(Slot[] ready)
    {
        if (_config.ActivationQuorum > ready.Length || !Array.TrueForAll(ready, slot => slot.HoldsFlushes))
            return;
        if (_graceOver)
        {
            Say(UpstairsNote.QuorumTaken, null, $"{string.Join(" and ", (IEnumerable<Slot>)ready)} go on without the third");
            Collate(ready);
        }
        else if (!_graceArmed)
        {
            _graceArmed = true;
            _out.Add(new UpstairsEffect.ArmGrace(_grace, _config.QuorumGrace));
        }
    }

    private void OnGraceOver(GraceNumber number)
    {
        if (State != UpstairsState.GoActive || !_graceArmed || number != _grace)
        {
            _staleInputs++;
            return;
        }

        _graceOver = true;
        TryGoActive();
    }

    /// <summary>Each activation gives the third copy its time anew.</summary>
    private void ForgetGrace()
    {
        _grace = new GraceNumber(_grace.Value + 1);
        _graceArmed = false;
        _graceOver = false;
    }

    /// <summary>Whoever is not there when a read-write set goes active must be repaired before it serves.</summary>
    private void LeaveBehind()
    {
        foreach (var slot in _slots)
        {
            if (slot.Active)
                continue;
            GiveUpReplay(slot, "the region set went active without it");
            slot.HoldsFlushes = false;
            if (slot.Step == SlotStep.WaitQuorum)
                Advance(slot, SlotStep.LiveRepairReady);
        }
    }
}
