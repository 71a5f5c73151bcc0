using System.Diagnostics;
using Crucible.Core.Upstairs;
using Crucible.Wire;

namespace Crucible.Net.Upstairs;

// The loop: everything below runs on it alone, one event at a time, and never waits.
public sealed partial class RegionSet
{
    /// <summary>Turns after which a thread is given back.</summary>
    private const int TurnsMax = 64;

    /// <summary>Messages after which what came of them is sent, though more wait.</summary>
    private const int SendAfter = 64;

    private readonly RegionSetMachine _machine;
    private List<RegionSetNews> _news = [];
    private bool _isIdle;
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
            for (var turn = 1; Turn(); turn++)
            {
                // The thread may be lent by a connection, which is to go on reading some time.
                if (turn % TurnsMax == 0)
                    await Task.Yield();
                if (_isIdle)
                    await _events.WaitAsync().ConfigureAwait(false);
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

    /// <summary>Does what is there to be done, and has sent together what came of it. False after the last event.</summary>
    private bool Turn()
    {
        _events.TakeAll(ref _news);
        for (var i = 0; i < _news.Count; i++)
        {
            if (_news[i].Event is not { } e)
                Receive(_news[i].Arrived);
            else if (e is RegionSetEvent.Ended)
                return false;
            else
                HandleAndFinish(e);
            if (i % SendAfter == SendAfter - 1)
                SendQueued();
        }

        var admitted = AdmitGuests();
        FinishLettingGo();
        SendQueued();
        _isIdle = _news.Count == 0 && !admitted;
        return true;
    }

    private void SendQueued()
    {
        foreach (var connection in _connections)
            connection?.SendQueued();
    }

    /// <summary>
    /// Who let go is told at once and not at the end of the turn: an activation asked for right after it must not be what its
    /// grace then ends.
    /// </summary>
    private void HandleAndFinish(RegionSetEvent e)
    {
        Handle(e);
        FinishLettingGo();
    }

    private void Receive(in ArrivedMessage arrived)
    {
        // An answered ping as well: with it a connection lets go of a large buffer, which is then to be trimmed.
        ArmStatus();
        _effects.Clear();
        _machine.Receive(
            arrived.Slot, arrived.Connection, arrived.Message, arrived.IsChecked, arrived.Fault, _time.GetUtcNow(), _effects);
        CarryOut();
        FinishLettingGo();
        arrived.Message.Release();
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

    private void AskGuest(IoRequest guest)
    {
        var id = new RequestId(++_lastRequest);
        _requests.Add(id, guest);
        ArmStatus();
        _effects.Clear();
        if (guest.Kind == IoKind.Read)
            _machine.Read(id, guest.Start, guest.Blocks, _time.GetUtcNow(), _effects);
        else if (guest.Draft is { } draft)
            _machine.Write(id, draft, _time.GetUtcNow(), _effects);
        else
            _machine.Step(guest.ToInput(id), _time.GetUtcNow(), _effects);
        CarryOut();
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
    /// <returns>Whether any was taken from the queue.</returns>
    private bool AdmitGuests()
    {
        for (var i = 0; i < _held.Count;)
        {
            if (!TryTake(_held[i], i))
                i++;
            else
                _held.RemoveAt(i);
        }

        var took = false;
        while (_held.Count < HeldMax && _guest.Reader.TryRead(out var guest))
        {
            took = true;
            if (!TryTake(guest, _held.Count))
                _held.Add(guest);
        }

        return took;
    }

    /// <summary>Hands it to the machine, or forgets it if nobody waits for it any more. False if it has to wait.</summary>
    /// <param name="ahead">How many of the held requests came before it.</param>
    private bool TryTake(IoRequest guest, int ahead)
    {
        if (guest.IsCancelled)
            return true;
        var room = guest.Kind == IoKind.Read
            ? _machine.CanAdmitRead(guest.Bytes) && !MustWaitForHeld(guest, ahead)
            : ahead == 0 && _machine.CanAdmit(guest.Bytes);
        if (room)
            AskGuest(guest);
        return room;
    }

    private bool MustWaitForHeld(IoRequest guest, int ahead)
    {
        for (var i = 0; i < ahead; i++)
        {
            if (guest.ReadsWhatIsWrittenBy(_held[i]))
                return true;
        }

        return false;
    }

    private void OnStatusDue()
    {
        _isStatusDue = false;
        var status = _machine.Status();
        Volatile.Write(ref _status, status);
        if (_messages.Trim() | _buffers.Trim())
            ArmStatus();
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
        ArmStatus();
        _effects.Clear();
        _machine.Step(input, _time.GetUtcNow(), _effects);
        CarryOut();
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
        _events.Complete();
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
        FailAsked();
        _events.TakeAll(ref _news);
        FailAsked();
    }

    private void FailAsked()
    {
        foreach (var news in _news)
        {
            if (news.Event is RegionSetEvent.Asked { Request: var request })
                request.Fail(Gone);
        }
    }
}
