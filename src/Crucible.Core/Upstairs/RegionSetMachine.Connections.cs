using System.Diagnostics;
using Crucible.Wire;

namespace Crucible.Core.Upstairs;

// When a slot is connected, hung up and connected again, and in which mode it comes back. A slot that is hung up goes
// straight to what comes next: closing the old socket is the host's business and is never waited for, because whatever
// still arrives from it carries an old connection number.
public sealed partial class RegionSetMachine
{
    /// <summary>Connects at once. Only in states that want connections.</summary>
    private void Dial(Slot slot)
    {
        HangUp(slot);
        slot.Connection = new ConnectionNumber(++_connections);
        slot.Step = SlotStep.Start;
        StartAttempt(slot);
    }

    private void DialLater(Slot slot)
    {
        HangUp(slot);
        slot.Connection = new ConnectionNumber(++_connections);
        slot.Step = SlotStep.Start;
        slot.Link = SlotLink.Delayed;
        _out.Add(new UpstairsEffect.ArmReconnect(slot.Id, slot.Connection, ProtocolLimits.ReconnectDelay));
        StatusVersion++;
    }

    private void StartAttempt(Slot slot)
    {
        slot.Link = SlotLink.Dialling;
        slot.Attempts++;
        _out.Add(new UpstairsEffect.Connect(slot.Id, slot.Connection, slot.Target));
        StatusVersion++;
    }

    /// <summary>Ends the attempt, if there is one; from here on everything it brings is stale.</summary>
    private void HangUp(Slot slot)
    {
        if (slot.Link is SlotLink.Dialling or SlotLink.Open)
            _out.Add(new UpstairsEffect.Close(slot.Id, slot.Connection));
        if (slot.Active || slot.Step >= SlotStep.WaitQuorum)
            slot.Since = _now;
        slot.Link = SlotLink.None;
        slot.Connection = default;
        slot.Active = false;
        slot.Step = SlotStep.WaitConnect;
        slot.RepairAddress = null;
        slot.Versions = null;
        StatusVersion++;
    }

    /// <summary>Leaves a hung-up slot without wish for a connection.</summary>
    private void Rest(Slot slot)
    {
        slot.Mode = SlotMode.New;
        slot.Step = SlotStep.WaitConnect;
        slot.Since = _now;
        StatusVersion++;
    }

    private void OnReconnectDue(Slot slot)
    {
        if (slot.Link == SlotLink.Delayed)
            StartAttempt(slot);
        else
            _staleInputs++;
    }

    private void OnConnected(Slot slot)
    {
        if (slot.Link != SlotLink.Dialling)
        {
            _staleInputs++;
            return;
        }

        slot.Link = SlotLink.Open;
        StatusVersion++;
        Send(slot, new Message.HereIAm(
            ProtocolLimits.Version, _config.Ids, _generation, _config.ReadOnly, _config.Encrypted, AlternateVersions: []));
    }

    private void OnLost(Slot slot, string why, bool malformed)
    {
        if (slot.Link == SlotLink.Delayed)
        {
            _staleInputs++;
            return;
        }

        if (malformed)
            slot.MalformedFrames++;
        if (slot.Step == SlotStep.WaitForPromote && !malformed)
        {
            // To close without a word is how a server refuses a generation; it may also just have died.
            slot.PromotionsRefused++;
            why = $"it did not promote {_generation}, as it does when a newer upstairs owns the region ({why})";
        }

        GiveUpConnection(slot, why);
    }

    /// <summary>
    /// No copy serves, and those that can be reached refuse us time and again: a newer upstairs has the region, though none
    /// told us so. Whoever waits hears of it, and may activate with a higher generation.
    /// </summary>
    private void DisableWhenRefusedEverywhere()
    {
        var refusing = 0;
        foreach (var slot in _slots)
        {
            if (slot.TakesJobs)
                return;
            refusing += slot.PromotionsRefused >= UpstairsLimits.PromotionsRefused ? 1 : 0;
        }

        if (refusing >= UpstairsLimits.WriteQuorum)
            Disable(Refusals.NoLongerActive, Refusals.NoLongerActive);
    }

    /// <summary>The peer broke the rules of the conversation.</summary>
    private void Misbehaved(Slot slot, string why)
    {
        slot.MalformedFrames++;
        GiveUpConnection(slot, why);
    }

    /// <summary>Hangs up and tries again after the delay, in the mode that keeps most and risks nothing.</summary>
    private void GiveUpConnection(Slot slot, string why)
    {
        slot.LastError = why;
        _out.Add(new UpstairsEffect.Note(UpstairsNote.SlotLost, slot.Id, why));
        switch (State)
        {
            case UpstairsState.Deactivating:
                LetGoOf(slot);
                break;
            case UpstairsState.GoActive:
                slot.Mode = SlotMode.New;
                DialLater(slot);
                break;
            case UpstairsState.Active when slot.UnderRepair:
                HangUp(slot);
                GiveUpReplay(slot, why);
                DialLater(slot);
                break;
            case UpstairsState.Active when slot.Replaced:
                slot.Mode = SlotMode.Replaced;
                DialLater(slot);
                break;
            case UpstairsState.Active when slot.Accepting && ReplayPossible:
                slot.Mode = SlotMode.Offline;
                DialLater(slot);
                break;
            case UpstairsState.Active when slot.Accepting:
                HangUp(slot);
                GiveUpReplay(slot, "some of what it may have missed is no longer kept");
                DialLater(slot);
                break;
            case UpstairsState.Active:
                DialLater(slot);
                break;
            default:
                throw new UnreachableException($"{slot} had a connection while {State}");
        }
    }

    /// <summary>It missed something for good: only live repair brings it back.</summary>
    private void GiveUpReplay(Slot slot, string why)
    {
        slot.Active = false;
        slot.Mode = slot.Replaced ? SlotMode.Replaced : SlotMode.Faulted;
        MarkOutOfSync(slot);
        _out.Add(new UpstairsEffect.Note(UpstairsNote.SlotFaulted, slot.Id, why));
        SkipJobs(slot);
        StatusVersion++;
    }

    /// <summary>It did nothing wrong but what it takes part in is over: it starts from the connection, at once.</summary>
    private void Redial(Slot slot, string why)
    {
        slot.LastError = why;
        if (!ConnectionsWanted)
        {
            LetGoOf(slot);
            return;
        }

        HangUp(slot);
        if (State == UpstairsState.Active)
            GiveUpReplay(slot, why);
        else
            slot.Mode = SlotMode.New;
        Dial(slot);
    }

    /// <summary>It failed a job that every copy must do.</summary>
    private void Fault(Slot slot, string why)
    {
        slot.LastError = why;
        if (State == UpstairsState.Deactivating)
        {
            MarkOutOfSync(slot);
            LetGoOf(slot);
            return;
        }

        HangUp(slot);
        GiveUpReplay(slot, why);
        DialLater(slot);
    }

    /// <summary>Copies of a read-only region set have nothing to miss.</summary>
    private void MarkOutOfSync(Slot slot) => slot.InSync &= _config.ReadOnly;
}
