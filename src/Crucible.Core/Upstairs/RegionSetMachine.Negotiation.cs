using System.Diagnostics;
using Crucible.Wire;

namespace Crucible.Core.Upstairs;

// The way of one slot from its first connection attempt into service, and back when its connection ends. A slot that
// is hung up goes straight to what comes next: closing the old socket is the host's business and is never waited for,
// because whatever still arrives from it carries an old connection number.
//
//   WaitConnect ─▶ Start ─▶ WaitForPromote ─▶ WaitForRegionInfo ─▶ GetExtentVersions ─┬─ New ────────────▶ WaitQuorum
//                                                    │                                └─ Faulted, Replaced ▶ LiveRepairReady
//                                                    └─ Offline ▶ in service, jobs sent again
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
            ProtocolLimits.Version, _config.Ids, _generation, _config.ReadOnly, Encrypted: false, AlternateVersions: []));
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

    private void OnMessage(Slot slot, Message message)
    {
        if (slot.Link != SlotLink.Open)
        {
            _staleInputs++;
            return;
        }

        switch (message)
        {
            case Message.Imok:
                break;
            case Message.YouAreNoLongerActive:
                Disable(Refusals.NoLongerActive, Refusals.NoLongerActive);
                break;
            case Message.UuidMismatch:
                Disable(Refusals.UuidMismatch, Refusals.NoLongerActive);
                break;
            case not null when slot.TakesJobs:
                OnJobMessage(slot, message);
                break;
            case not null when slot.Step == SlotStep.Reconcile:
                OnReconciliationMessage(slot, message);
                break;
            default:
                OnNegotiationMessage(slot, message);
                break;
        }
    }

    private void OnNegotiationMessage(Slot slot, Message? message)
    {
        switch (slot.Step, message)
        {
            case (SlotStep.Start, Message.YesItsMe m):
                OnYesItsMe(slot, m);
                break;
            case (SlotStep.WaitForPromote, Message.YouAreNowActive m):
                OnYouAreNowActive(slot, m);
                break;
            case (SlotStep.WaitForRegionInfo, Message.RegionInfo m):
                OnRegionInfo(slot, m.Definition);
                break;
            case (SlotStep.GetExtentVersions, Message.ExtentVersions m):
                OnExtentVersions(slot, m);
                break;
            case (_, Message.VersionMismatch m):
                GiveUpConnection(slot, $"it speaks message version {m.Version}, not {ProtocolLimits.Version}");
                break;
            case (_, Message.ReadOnlyMismatch m):
                RefuseServer(slot, new CrucibleError.Negotiation(
                    new NegotiationError.ReadOnlyMismatch(m.Expected, _config.ReadOnly)));
                break;
            case (_, Message.EncryptedMismatch m):
                RefuseServer(slot, new CrucibleError.Negotiation(
                    new NegotiationError.EncryptionMismatch(m.Expected, Actual: false)));
                break;
            default:
                Misbehaved(slot, $"it sent {message?.Kind} at step {slot.Step}");
                break;
        }
    }

    /// <summary>
    /// This server can never serve here. Before service that is the activation's failure; in service only this
    /// slot's, for the others must not suffer from it.
    /// </summary>
    private void RefuseServer(Slot slot, CrucibleError error)
    {
        slot.LastError = error.ToString();
        if (State == UpstairsState.GoActive)
            Disable(error, Refusals.Inactive);
        else
            GiveUpConnection(slot, error.ToString());
    }

    private void OnYesItsMe(Slot slot, Message.YesItsMe message)
    {
        if (message.Version != ProtocolLimits.Version)
        {
            GiveUpConnection(slot, $"it speaks message version {message.Version}, not {ProtocolLimits.Version}");
            return;
        }

        slot.RepairAddress = message.RepairAddress;
        Send(slot, new Message.PromoteToActive(_config.Ids, _generation));
        Advance(slot, SlotStep.WaitForPromote);
    }

    private void OnYouAreNowActive(Slot slot, Message.YouAreNowActive message)
    {
        var wrong = message switch
        {
            _ when message.Ids.Upstairs != _config.Ids.Upstairs => new CrucibleError.Negotiation(
                new NegotiationError.UpstairsIdMismatch(_config.Ids.Upstairs.Value, message.Ids.Upstairs.Value)),
            _ when message.Ids.Session != _config.Ids.Session => new CrucibleError.Negotiation(
                new NegotiationError.SessionIdMismatch(_config.Ids.Session.Value, message.Ids.Session.Value)),
            _ when message.Generation != _generation => Refusals.GenerationInvalid,
            _ => null,
        };
        if (wrong is not null)
        {
            RefuseServer(slot, wrong);
            return;
        }

        slot.PromotionsRefused = 0;
        Send(slot, new Message.RegionInfoPlease());
        Advance(slot, SlotStep.WaitForRegionInfo);
    }

    private void OnRegionInfo(Slot slot, RegionDefinition region)
    {
        if (WrongRegion(slot, region) is { } wrong)
        {
            RefuseServer(slot, wrong);
            return;
        }

        slot.Region = region.Uuid;
        if (slot.Mode == SlotMode.Offline)
        {
            Replay(slot);
            return;
        }

        Send(slot, new Message.ExtentVersionsPlease());
        Advance(slot, SlotStep.GetExtentVersions);
    }

    private CrucibleError? WrongRegion(Slot slot, RegionDefinition region)
    {
        if (region.Encrypted)
            return new CrucibleError.Negotiation(new NegotiationError.EncryptionMismatch(Expected: false, Actual: true));
        var shift = (uint)ulong.Log2(_config.BlockSize);
        if (region.BlockSize != _config.BlockSize || region.ExtentCount != _config.ExtentCount
            || region.ExtentSize != new Block(_config.BlocksPerExtent, shift))
        {
            return Refusals.WrongRegion(
                $"{slot} has {region.ExtentCount} extents of {region.ExtentSize.Value} blocks of {region.BlockSize} bytes, "
                + $"expected {_config.ExtentCount} of {_config.BlocksPerExtent} of {_config.BlockSize}");
        }

        // Before service no copy is trusted yet: the comparison of extents decides. In service another region under
        // the old address would lack everything, so only a replaced slot may bring one.
        var mayDiffer = slot.Replaced || State == UpstairsState.GoActive;
        return slot.Region is { } known && known != region.Uuid && !mayDiffer
            ? Refusals.WrongRegion($"{slot} has region {region.Uuid} where {known} was")
            : null;
    }

    private void OnExtentVersions(Slot slot, Message.ExtentVersions versions)
    {
        var extents = (int)_config.ExtentCount;
        if (versions.Generations.Length != extents || versions.FlushNumbers.Length != extents
            || versions.DirtyBits.Length != extents)
        {
            RefuseServer(slot, Refusals.WrongRegion($"{slot} described another number of extents than {extents}"));
            return;
        }

        slot.Versions = versions;
        slot.Since = _now;
        Advance(slot, slot.Mode == SlotMode.New ? SlotStep.WaitQuorum : SlotStep.LiveRepairReady);
        if (!_config.ReadOnly)
        {
            TryGoActive();
            return;
        }

        // Read-only copies cannot differ: the first opens the region set, and later ones join as they come.
        PutInService(slot);
        if (State == UpstairsState.GoActive)
            BecomeActive();
    }

    private void Advance(Slot slot, SlotStep step)
    {
        slot.Step = step;
        StatusVersion++;
    }

    /// <summary>Puts a slot into service that has nothing to catch up with.</summary>
    private void PutInService(Slot slot)
    {
        slot.LastFlush = null;
        slot.Floor = _nextJob;
        MarkWhole(slot);
        Serve(slot);
    }

    private static void MarkWhole(Slot slot)
    {
        slot.Replaced = false;
        slot.InSync = true;
        slot.HoldsFlushes = true;
    }

    private void Serve(Slot slot)
    {
        slot.Active = true;
        slot.Versions = null;
        slot.Attempts = 0;
        slot.LastError = null;
        slot.Since = _now;
        _out.Add(new UpstairsEffect.Note(UpstairsNote.SlotActive, slot.Id, $"{slot}"));
        StatusVersion++;
    }

    private void Send(Slot slot, Message message) =>
        _out.Add(new UpstairsEffect.Send(slot.Id, slot.Connection, message));
}
