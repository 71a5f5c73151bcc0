using Crucible.Core.Upstairs;
using Crucible.Wire;

namespace Crucible.Simulation.World;

/// <summary>Knows from what one upstairs notes and sends which rare paths it is on, and counts their marks.</summary>
internal sealed class UpstairsWatch(Setting setting)
{
    private const string NotKept = "some of what it may have missed is no longer kept";
    private bool _repairGivenUp;
    private bool _barrierSinceFlush;

    public bool Reconciling { get; private set; }

    /// <summary>The reconciliation under way is one in the middle of service.</summary>
    public bool ReconcilesInService { get; private set; }

    public bool Repairing { get; private set; }

    public void Noted(UpstairsEffect.Note note, bool inService)
    {
        setting.Count(note.Kind, inService ? UpstairsState.Active : UpstairsState.GoActive);
        switch (note.Kind)
        {
            case UpstairsNote.ReconciliationStarted:
                (Reconciling, ReconcilesInService) = (true, inService);
                break;
            case UpstairsNote.ReconciliationFinished or UpstairsNote.ReconciliationAborted:
                Reconciling = false;
                break;
            case UpstairsNote.LiveRepairStarted:
                Repairing = true;
                if (_repairGivenUp)
                    setting.Count(Mark.LiveRepairStartedOver);
                if (note.Text.Contains(" and ", StringComparison.Ordinal))
                    setting.Count(Mark.LiveRepairOfTwo);
                break;
            case UpstairsNote.LiveRepairAborted:
                (Repairing, _repairGivenUp) = (false, true);
                break;
            case UpstairsNote.LiveRepairFinished:
                Repairing = false;
                break;
            case UpstairsNote.SlotFaulted when note.Text.StartsWith("it was away for", StringComparison.Ordinal):
                setting.Count(Mark.FaultedWhileOffline);
                break;
            case UpstairsNote.SlotFaulted when note.Text == NotKept && _barrierSinceFlush && !Repairing:
                setting.Count(Mark.BarrierMadeReplayImpossible);
                break;
            case UpstairsNote.StateChanged:
                ReconcilesInService = Reconciling = Repairing = false;
                break;
            default:
                break;
        }
    }

    public void Sends(Message message)
    {
        switch (message)
        {
            case Message.LastFlush:
                setting.Count(Mark.Replayed);
                break;
            case Message.Barrier:
                setting.Count(Mark.BarrierSent);
                _barrierSinceFlush = true;
                break;
            case Message.Flush:
                _barrierSinceFlush = false;
                break;
            case Message.Write when Repairing:
                setting.Count(Mark.WriteDuringLiveRepair);
                break;
            default:
                break;
        }
    }
}
