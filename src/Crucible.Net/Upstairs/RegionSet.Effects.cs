using System.Diagnostics;
using Crucible.Core.Upstairs;
using Crucible.Wire;

namespace Crucible.Net.Upstairs;

// What the machine decided, carried out on the loop: frames queued, callers answered, timers armed.
public sealed partial class RegionSet
{
    private void CarryOut()
    {
        foreach (var effect in _effects)
        {
            if (!IsControlAnswer(effect))
                Run(effect);
        }

        // Whoever is told that the state changed must find it changed.
        PublishIfChanged();
        foreach (var effect in _effects)
        {
            if (IsControlAnswer(effect))
                Run(effect);
        }

        _machine.Reuse(_effects);
    }

    private static bool IsControlAnswer(UpstairsEffect effect) =>
        effect is UpstairsEffect.ActivationAnswered or UpstairsEffect.DeactivationAnswered or UpstairsEffect.ReplaceAnswered;

    private void Run(UpstairsEffect effect)
    {
        switch (effect)
        {
            case UpstairsEffect.Send e:
                ConnectionOf(e.Slot, e.Connection)?.Queue(e.Message);
                break;
            case UpstairsEffect.IoAnswered e:
                Take<IoRequest>(e.Request).Answer(e.Error);
                break;
            case UpstairsEffect.ReadAnswered e:
                Take<IoRequest>(e.Request).Answer(e.Data, e.Contexts);
                break;
            case UpstairsEffect.Connect e:
                var connection = new UpstairsConnection(
                    e.Slot, e.Connection, e.Target, _cipher, _options.Tls, _messages, _buffers, _time, _events);
                _connections[e.Slot.Value] = connection;
                connection.Start();
                break;
            case UpstairsEffect.Close e:
                ConnectionOf(e.Slot, e.Connection)?.Close();
                break;
            case UpstairsEffect.ArmReconnect e:
                _reconnects[e.Slot.Value]?.Dispose();
                _reconnects[e.Slot.Value] = Arm(new UpstairsInput.ReconnectDue(e.Slot, e.Connection), e.Delay);
                break;
            case UpstairsEffect.ArmAutoFlush e:
                _autoFlush?.Dispose();
                _autoFlush = Arm(new UpstairsInput.AutoFlushDue(e.Number), e.Delay);
                break;
            case UpstairsEffect.ArmGrace e:
                _grace?.Dispose();
                _grace = Arm(new UpstairsInput.GraceOver(e.Number), e.Delay);
                break;
            case UpstairsEffect.Seal e:
                Seal(e);
                break;
            case UpstairsEffect.ArmSnapshotDeadline e:
                _deadlines.Add(e.Job, Arm(new UpstairsInput.SnapshotDue(e.Job), e.Delay));
                break;
            case UpstairsEffect.ActivationAnswered e:
                Take<RegionSetRequest.Activation>(e.Request).Answer(e.Error);
                break;
            case UpstairsEffect.ReplaceAnswered e:
                Take<RegionSetRequest.Replacement>(e.Request).Answer(e.Outcome);
                break;
            case UpstairsEffect.DeactivationAnswered e:
                Take<RegionSetRequest.LettingGo>(e.Request);  // Finished when nothing is held, whatever the answer.
                break;
            case UpstairsEffect.Note e:
                Log(e);
                break;
            default:
                throw new UnreachableException($"{effect}");
        }
    }

    /// <summary>On the loop itself: it happens before anything is served, and to few blocks at a time.</summary>
    private void Seal(UpstairsEffect.Seal asked)
    {
        if (!TrySeal(asked.Data.Span, [], out var contexts))
            return;
        var input = new UpstairsInput.Sealed(asked.Renewal, asked.Start, asked.Data, contexts);
        Post(new RegionSetEvent.Happened(input));
    }

    private ITimer Arm(UpstairsInput input, TimeSpan delay) => _time.CreateTimer(
        _ => Post(new RegionSetEvent.Happened(input)), null, delay, Timeout.InfiniteTimeSpan);

    private UpstairsConnection? ConnectionOf(ClientId slot, ConnectionNumber number) =>
        _connections[slot.Value] is { } connection && connection.Number == number ? connection : null;

    private T Take<T>(RequestId id)
        where T : RegionSetRequest
    {
        if (!_requests.Remove(id, out var request))
            throw new UnreachableException($"{id} was answered twice");
        return (T)request;
    }
}
