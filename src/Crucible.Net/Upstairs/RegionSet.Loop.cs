using System.Diagnostics;
using Crucible.Core.Upstairs;
using Crucible.Wire;

namespace Crucible.Net.Upstairs;

// The loop: everything below runs on it alone, one event at a time, and never waits.
public sealed partial class RegionSet
{
    private readonly RegionSetMachine _machine;
    private readonly List<UpstairsEffect> _effects = [];
    private readonly Dictionary<RequestId, RegionSetRequest> _requests = [];
    private readonly List<RegionSetRequest.LettingGo> _lettingGo = [];
    private readonly UpstairsConnection?[] _connections = new UpstairsConnection?[ProtocolLimits.Slots];
    private readonly ITimer?[] _reconnects = new ITimer?[ProtocolLimits.Slots];
    private readonly ITimer _statusTimer;
    private readonly Dictionary<JobId, ITimer> _deadlines = [];
    private ITimer? _autoFlush;
    private ITimer? _grace;
    private readonly List<IoRequest> _held = [];
    private ulong _lastRequest;
    private ulong _statusVersion;
    private bool _isStatusDue;

    private async Task LoopAsync()
    {
        try
        {
            await foreach (var e in _events.Reader.ReadAllAsync().ConfigureAwait(false))
            {
                if (e is RegionSetEvent.Ended)
                    break;
                Handle(e);
                AdmitGuests();
                FinishLettingGo();
            }
        }
        catch (Exception e)
        {
            // A bug of ours: nothing can be known to be right any more, so everybody is told instead of left waiting.
            LogLoopFailed(_options.Id, e);
        }
        finally
        {
            End();
        }
    }

    private void Handle(RegionSetEvent e)
    {
        switch (e)
        {
            case RegionSetEvent.Happened { Input: UpstairsInput.SnapshotDue due }:
                if (_deadlines.Remove(due.Job, out var timer))
                    timer.Dispose();
                Step(due);
                break;
            case RegionSetEvent.Happened h:
                Step(h.Input);
                break;
            case RegionSetEvent.Asked { Request: RegionSetRequest.LettingGo r }:
                LetGo(r);
                break;
            case RegionSetEvent.Asked a:
                Ask(a.Request);
                break;
            case RegionSetEvent.Withdrawn w:
                Step(new UpstairsInput.Abandon(w.Request.Id));
                break;
            case RegionSetEvent.GraceOver g when _lettingGo.Contains(g.Request):
                Step(new UpstairsInput.ForceDeactivate());
                break;
            case RegionSetEvent.GraceOver:
                break;
            case RegionSetEvent.GuestArrived:
                Volatile.Write(ref _guestSignalled, 0);
                break;
            case RegionSetEvent.StatusDue:
                OnStatusDue();
                break;
            default:
                throw new UnreachableException($"{e}");
        }
    }

    private void Ask(RegionSetRequest request)
    {
        var id = new RequestId(++_lastRequest);
        _requests.Add(id, request);
        Step(request.ToInput(id));
    }

    private void LetGo(RegionSetRequest.LettingGo request)
    {
        // Both in one event, so that an activation cannot succeed in between.
        Step(new UpstairsInput.Abandon(Activation: null));
        _lettingGo.Add(request);
        Ask(request);
        request.GraceTimer = _time.CreateTimer(
            _ => Post(new RegionSetEvent.GraceOver(request)), null, request.Grace, Timeout.InfiniteTimeSpan);
    }

    private void FinishLettingGo()
    {
        if (_lettingGo.Count == 0 || _machine.State is not (UpstairsState.Initializing or UpstairsState.Disabled))
            return;
        foreach (var request in _lettingGo)
            request.Finish();
        _lettingGo.Clear();
    }

    /// <summary>
    /// Takes guest requests while the machine has room, in their order; but a read need not wait behind a write that has to,
    /// unless it reads what that is to write.
    /// </summary>
    private void AdmitGuests()
    {
        for (var i = 0; i < _held.Count;)
        {
            if (!TryTake(_held[i], i))
                i++;
            else
                _held.RemoveAt(i);
        }

        while (_held.Count < HeldMax && _guest.Reader.TryRead(out var guest))
        {
            if (!TryTake(guest, _held.Count))
                _held.Add(guest);
        }
    }

    /// <summary>Hands it to the machine, or forgets it if nobody waits for it any more. False if it has to wait.</summary>
    /// <param name="ahead">How many of the held requests came before it.</param>
    private bool TryTake(IoRequest guest, int ahead)
    {
        if (guest.IsCancelled)
            return true;
        var room = guest.Kind == IoKind.Read
            ? _machine.CanAdmitRead(guest.Bytes) && !_held.Take(ahead).Any(guest.ReadsWhatIsWrittenBy)
            : ahead == 0 && _machine.CanAdmit(guest.Bytes);
        if (room)
            Ask(guest);
        return room;
    }

    private void OnStatusDue()
    {
        _isStatusDue = false;
        var status = _machine.Status();
        Volatile.Write(ref _status, status);
        if (status.LiveRepair is null && status.Reconciliation is null)
            return;
        // How fast these are changes with time alone; who listens for changes is told of them while a repair goes on.
        _options.StatusChanged?.Invoke(status);
        ArmStatus();
    }

    /// <summary>A snapshot is taken within the interval. One that does nothing costs nothing: thousands may be idle.</summary>
    private void ArmStatus()
    {
        if (_isStatusDue)
            return;
        _isStatusDue = true;
        _statusTimer.Change(StatusInterval, Timeout.InfiniteTimeSpan);
    }

    private void Step(UpstairsInput input)
    {
        if (input is not UpstairsInput.Received { Message: Message.Imok })
            ArmStatus();
        _effects.Clear();
        _machine.Step(input, _time.GetUtcNow(), _effects);
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
    }

    private static bool IsControlAnswer(UpstairsEffect effect) =>
        effect is UpstairsEffect.ActivationAnswered or UpstairsEffect.DeactivationAnswered or UpstairsEffect.ReplaceAnswered;

    private void Run(UpstairsEffect effect)
    {
        switch (effect)
        {
            case UpstairsEffect.Send e:
                ConnectionOf(e.Slot, e.Connection)?.Send(e.Message);
                break;
            case UpstairsEffect.IoAnswered e:
                Take<IoRequest>(e.Request).Answer(e.Error);
                break;
            case UpstairsEffect.ReadAnswered e:
                Take<IoRequest>(e.Request).Answer(e.Data, e.Contexts);
                break;
            case UpstairsEffect.Connect e:
                var connection = new UpstairsConnection(
                    e.Slot, e.Connection, e.Target, _cipher, _options.Tls, _time,
                    input => ReportAsync(new RegionSetEvent.Happened(input)));
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
        if (!TrySeal(asked.Data.Span, out var contexts))
            return;
        var input = new UpstairsInput.Sealed(asked.Renewal, asked.Start, asked.Data, contexts);
        Post(new RegionSetEvent.Happened(input));
    }

    private async ValueTask ReportAsync(RegionSetEvent e) =>
        await PostAsync(e, CancellationToken.None).ConfigureAwait(false);

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

    private void PublishIfChanged()
    {
        if (_statusVersion == _machine.StatusVersion)
            return;
        _statusVersion = _machine.StatusVersion;
        var status = _machine.Status();
        Volatile.Write(ref _status, status);
        _options.StatusChanged?.Invoke(status);
    }

    /// <summary>Answers everybody and lets go of everything; nothing can be asked after it.</summary>
    private void End()
    {
        _events.Writer.TryComplete();
        _guest.Writer.TryComplete();
        _statusTimer.Dispose();
        _autoFlush?.Dispose();
        _grace?.Dispose();
        foreach (var timer in _deadlines.Values)
            timer.Dispose();
        foreach (var timer in _reconnects)
            timer?.Dispose();
        foreach (var connection in _connections)
            connection?.Close();
        foreach (var request in _requests.Values)
            request.Fail(Gone);
        foreach (var request in _lettingGo)
            request.Fail(Gone);
        foreach (var guest in _held)
            guest.Fail(Gone);
        while (_guest.Reader.TryRead(out var guest))
            guest.Fail(Gone);
        while (_events.Reader.TryRead(out var e))
        {
            if (e is RegionSetEvent.Asked { Request: var request })
                request.Fail(Gone);
        }
    }
}
