using Crucible.Wire;

namespace Crucible.Core.Upstairs;

// The way of one slot from an open connection into service.
//
//   WaitConnect ─▶ Start ─▶ WaitForPromote ─▶ WaitForRegionInfo ─▶ GetExtentVersions ─┬─ New ────▶ WaitQuorum
//                                                    │                                └─ others ─▶ LiveRepairReady
//                                                    └─ Offline ▶ in service, jobs sent again
public sealed partial class RegionSetMachine
{
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
                    new NegotiationError.EncryptionMismatch(m.Expected, _config.Encrypted)));
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
        if (region.Encrypted != _config.Encrypted)
        {
            return new CrucibleError.Negotiation(
                new NegotiationError.EncryptionMismatch(_config.Encrypted, region.Encrypted));
        }

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

    private void Send(Slot slot, Message message) => AddSend(slot, message);
}
