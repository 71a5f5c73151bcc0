using Crucible.Core.Upstairs;
using Crucible.Wire;

namespace Crucible.Simulation.World;

// The operator's replacements, at any moment: of a server whose disk is gone, which must succeed in the end, and of a
// good one, which the upstairs may refuse.
internal sealed partial class Volume
{
    private const int ServersMax = 8;
    private (DiskServer Old, DiskServer New, bool Needed)? _replacement;

    /// <summary>A target was replaced and the volume has not been whole since.</summary>
    private bool _blankTargets;

    /// <summary>Targets that took another's place and have not been whole since.</summary>
    private readonly HashSet<DiskServer> _blankServers = [];

    /// <summary>Until the disk is gone elsewhere too: what S1 promises is to survive the loss of one server.</summary>
    private bool MayGiveUp(DiskServer server) => _servers.Count < ServersMax && _replacement is null
        && _targets.Contains(server) && !OtherIsLost(server)
        && (_shape.ReadOnly
            ? _targets.Any(other => other != server && !other.DiskLost)
            : _targets.Any(other => other != server && !other.DiskLost && IsWholeCopy(other)));

    /// <summary>
    /// Where two copies are enough it must also be neither the one that they went on without, which holds what may not
    /// come back, nor a new one that would let that be taken for the newest.
    /// </summary>
    private bool IsWholeCopy(DiskServer server) => _history.HoldsFlushed(server.Store)
        && (_shape.Quorum == ProtocolLimits.Slots
            || (!_blankServers.Contains(server) && _history.MayBeServed(server.Store)));

    private bool OtherIsLost(DiskServer server) => _targets.Any(other => other != server && other.DiskLost);

    /// <summary>A target that took another's place is as good as the others once it serves.</summary>
    private void NoteInSync()
    {
        if (_upstairs.Count == 0)
            return;
        foreach (var slot in Newest.Host.Status().Slots)
        {
            if (slot is { Active: true, InSync: true })
                _blankServers.Remove(ServerAt(slot.Target));
        }
    }

    private void LoseDisk(Happening asked)
    {
        var server = _targets[asked.A];
        if (server.DiskLost || !MayGiveUp(server))
            return;
        server.LoseDisk();
        _setting.Clock.After(asked.Lasts, () => WantReplacement(server, needed: true));
    }

    /// <summary>Disks that are gone are replaced at the latest when faults stop.</summary>
    public void ReplaceLostDisks()
    {
        if (_replacement is { Needed: false })
            _replacement = null;
        foreach (var server in _targets.Where(server => server.DiskLost))
            WantReplacement(server, needed: true);
    }

    private void ReplaceAtWill(Happening asked)
    {
        var server = _targets[asked.A];
        // An upstairs that was active knows which copies are whole; one that was not relies on its operator.
        var knows = Newest.Host.WasActive && Newest.Host.State is UpstairsState.Active or UpstairsState.Deactivating;
        if (_servers.Count < ServersMax && !OtherIsLost(server) && (knows || MayGiveUp(server)))
            WantReplacement(server, needed: server.DiskLost);
    }

    private void WantReplacement(DiskServer old, bool needed)
    {
        if (_replacement is not null || !_targets.Contains(old))
            return;
        var next = NewServer(_servers.Count % 5);
        _setting.Trace.Add($"volume {Number}: {next} is to take the place of {old}");
        _replacement = (old, next, needed);
        AskForReplacement();
    }

    private void AskForReplacement()
    {
        if (_replacement is not { } wanted)
            return;
        var host = Newest.Host;
        var (before, reconciling, repairing) = (host.State, host.Reconciling, host.Repairing);
        var slot = host.Status().Slots.FirstOrDefault(s => s.Target.Equals(wanted.Old.Address));
        host.Ask(id => new UpstairsInput.Replace(id, wanted.Old.Address, wanted.New.Address), answer =>
        {
            switch (((UpstairsEffect.ReplaceAnswered)answer).Outcome)
            {
                case ReplaceOutcome.Started:
                    Replaced(wanted.Old, wanted.New);
                    Count(before, reconciling, repairing, slot);
                    break;
                case ReplaceOutcome.Refused { Duration: RefusalDuration.Temporary }:
                    _setting.Count(Mark.ReplacementRefusedForNow);
                    if (!wanted.Needed)
                        _replacement = null;
                    break;
                case ReplaceOutcome.Refused:
                    _setting.Count(Mark.ReplacementRefusedForGood);
                    if (wanted.Needed)
                        _setting.Clock.After(TimeSpan.FromSeconds(1), () => StartOver(host));
                    else
                        _replacement = null;
                    break;
                default:
                    throw new SimulationFailure("L3", $"{wanted.Old} is a target, and the answer was {answer}");
            }
        });
        if (_replacement is null && _random.Chance(0.3) && host.Alive)
            AskAgain(host, wanted.Old, wanted.New);
    }

    /// <summary>D4: the repeat of a replacement is said to be completed only when the copy is in service.</summary>
    private void AskAgain(UpstairsHost host, DiskServer old, DiskServer next)
    {
        var slot = host.Status().Slots.FirstOrDefault(s => s.Target.Equals(next.Address));
        if (slot is null)
            return;
        _setting.Count(Mark.ReplacementAskedAgain);
        host.Ask(id => new UpstairsInput.Replace(id, old.Address, next.Address), answer =>
        {
            var completed = ((UpstairsEffect.ReplaceAnswered)answer).Outcome switch
            {
                ReplaceOutcome.CompletedAlready => true,
                ReplaceOutcome.StartedAlready => false,
                var other => throw new SimulationFailure("D3", $"a repeated replacement was answered {other}"),
            };
            if (completed && !slot.Active)
                throw new SimulationFailure("D4", "a replacement was said to be completed and is not in service");
        });
    }

    private void Replaced(DiskServer old, DiskServer next)
    {
        // Two servers are enough for a flush, and one that is no target is never told of a newer upstairs: whoever gives up
        // the second before an activation has to end the older upstairs that still use both.
        if (_blankTargets && !Newest.Host.WasActive)
            EndRivals();
        NoteInSync();
        _targets[Array.IndexOf(_targets, old)] = next;
        _replacement = null;
        _blankTargets |= !_shape.ReadOnly;
        _blankServers.Add(next);
    }

    /// <summary>
    /// A new upstairs is told the new target from the start; or, at times, is asked like the old one.
    /// </summary>
    private void PutReplacementInPlace()
    {
        // With a second one given up, the upstairs that is there now would have to be ended first.
        if (_replacement is not { Needed: true } wanted || _blankTargets || _random.Chance(0.5))
            return;
        Replaced(wanted.Old, wanted.New);
    }

    /// <summary>This upstairs will not take a replacement that must be: another is started without asking.</summary>
    private void StartOver(UpstairsHost host)
    {
        if (!host.Alive || host != Newest.Host || _replacement is not { } wanted)
            return;
        Replaced(wanted.Old, wanted.New);
        host.Kill();
        _upstairs.RemoveAt(_upstairs.Count - 1);
        StartUpstairs(++_generation);
    }

    private void Count(UpstairsState before, bool reconciling, bool repairing, SlotStatus? slot)
    {
        _setting.Count(before switch
        {
            UpstairsState.GoActive => Mark.ReplacedWhileActivating,
            UpstairsState.Active => Mark.ReplacedWhileActive,
            UpstairsState.Deactivating => Mark.ReplacedWhileDeactivating,
            _ => Mark.ReplacedWhileIdle,
        });
        if (reconciling)
            _setting.Count(Mark.ReplacedDuringReconciliation);
        if (repairing)
            _setting.Count(Mark.ReplacedDuringLiveRepair);
        if (slot?.Step == SlotStep.LiveRepair)
            _setting.Count(Mark.ReplacedSlotUnderRepair);
        if (before == UpstairsState.Active && slot?.Mode == SlotMode.Faulted)
            _setting.Count(Mark.ReplacedWhileFaulted);
    }
}
