using System.Diagnostics;
using Crucible.Wire;

namespace Crucible.Core.Upstairs;

/// <summary>
/// The upstairs of one region set: every decision about three copies of one disk. Single-threaded; holds no socket,
/// clock or task. An input goes in with the time it happened, and effects come out in the order to carry them out.
/// </summary>
/// <remarks>
/// <code>
/// Initializing ──activate──▶ GoActive ──all three negotiated and made equal──▶ Active    ──deactivate──▶ Deactivating
///      ▲   ▲                  │     │                                              │                       │     │
///      │   └─────withdrawn────┘     └──refused, fenced──▶ Disabled ◀──fenced───────┴───────────────────────┘     │
///      └──────────────────────────────────all slots let go───────────────────────────────────────────────────────┘
/// </code>
/// Disabled leaves only by a new activation. Nothing a server, an operator or a guest does makes this throw. The
/// files beside this one: Negotiation is the way of one slot from connect to service, Reconciliation makes copies
/// equal before anything is served, LiveRepair while the others serve; Quorum and Renewal are for two that go on
/// without the third; Replacement is the change of a target, Requests the admission of guest I/O, Jobs the table of
/// what is under way, Status the snapshot.
/// </remarks>
public sealed partial class RegionSetMachine
{
    private readonly RegionSetConfig _config;
    private readonly Slot[] _slots;
    private readonly BlockCipher _hashes;
    private readonly MessagePool? _messages;
    private List<UpstairsEffect> _out = [];
    private DateTimeOffset _now;
    private Generation _generation;
    private CrucibleError? _disabledBy;
    private RequestId? _activation;
    private RequestId? _deactivation;
    private CrucibleError? _finalFlushError;
    private ulong _connections;
    private ulong _staleInputs;

    /// <summary>Holds no connection until an activation is asked for.</summary>
    /// <exception cref="ArgumentException">The configuration is not valid; the message says what is wrong.</exception>
    /// <param name="messages">Where frequent messages come from; null makes new ones.</param>
    public RegionSetMachine(RegionSetConfig config, DateTimeOffset now, MessagePool? messages = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        if (config.Fault() is { } fault)
            throw new ArgumentException(fault, nameof(config));
        _config = config;
        _messages = messages;
        _isRetired = job => _retired.Contains(job.Id);
        _generation = config.Generation;
        _now = now;
        _hashes = BlockCipher.Plain((int)config.BlockSize);
        _slots = [.. config.Targets.Select((target, i) => new Slot(new ClientId((byte)i), target) { Since = now })];
        foreach (var slot in config.Unsynced ?? [])
            (_slots[slot.Value].InSync, _slots[slot.Value].HoldsFlushes) = (config.ReadOnly, config.ReadOnly);
    }

    /// <summary>What the region set is doing.</summary>
    public UpstairsState State { get; private set; }

    /// <summary>Rises with every change that <see cref="Status"/> shows, but for counts of work and of errors.</summary>
    public ulong StatusVersion { get; private set; }

    private bool ConnectionsWanted => State is UpstairsState.GoActive or UpstairsState.Active;

    /// <summary>Takes one input.</summary>
    /// <param name="now">When it happened; may not go back.</param>
    /// <param name="effects">What to do is added at its end.</param>
    public void Step(UpstairsInput input, DateTimeOffset now, List<UpstairsEffect> effects)
    {
        Begin(now, effects);
        switch (input)
        {
            // Stale: an abandoned attempt answered, or a timer armed for it went off.
            case UpstairsInput.FromSlot i when IsStale(SlotOf(i), i.Connection):
                _staleInputs++;
                break;
            case UpstairsInput.Received i:
                OnMessage(SlotOf(i), i.Message);
                break;
            case UpstairsInput.ReadChecked i:
                OnReadChecked(SlotOf(i), i.Reply, i.Fault);
                break;
            case UpstairsInput.Connected i:
                OnConnected(SlotOf(i));
                break;
            case UpstairsInput.Lost i:
                OnLost(SlotOf(i), i.Why, i.Malformed);
                break;
            case UpstairsInput.ReconnectDue i:
                OnReconnectDue(SlotOf(i));
                break;
            case UpstairsInput.Read i:
                OnRead(i.Request, i.Start, i.Blocks);
                break;
            case UpstairsInput.Write i:
                OnWrite(i);
                break;
            case UpstairsInput.Flush i:
                OnFlush(i);
                break;
            case UpstairsInput.SnapshotDue i:
                OnSnapshotDue(i.Job);
                break;
            case UpstairsInput.GraceOver i:
                OnGraceOver(i.Number);
                break;
            case UpstairsInput.Sealed i:
                OnSealed(i);
                break;
            case UpstairsInput.AutoFlushDue i:
                OnAutoFlushDue(i.Number);
                break;
            case UpstairsInput.Replace i:
                _out.Add(new UpstairsEffect.ReplaceAnswered(i.Request, Replace(i.Old, i.New)));
                break;
            case UpstairsInput.Activate i:
                OnActivate(i.Request, i.Generation);
                break;
            case UpstairsInput.Abandon i:
                OnAbandon(i.Activation);
                break;
            case UpstairsInput.Deactivate i:
                OnDeactivate(i.Request);
                break;
            case UpstairsInput.ForceDeactivate:
                OnForceDeactivate();
                break;
            default:
                throw new UnreachableException($"{input}");
        }

        Settle();
    }

    /// <summary>
    /// Takes a message from a server: the same as <see cref="UpstairsInput.Received"/> or, for the reply to a read that the
    /// host has checked, <see cref="UpstairsInput.ReadChecked"/>, without an object for it.
    /// </summary>
    /// <param name="message">Not kept beyond the call.</param>
    public void Receive(
        ClientId slot, ConnectionNumber connection, Message message, bool isChecked, CrucibleError? fault,
        DateTimeOffset now, List<UpstairsEffect> effects)
    {
        Begin(now, effects);
        var from = _slots[slot.Value];
        if (IsStale(from, connection))
            _staleInputs++;
        else if (isChecked)
            OnReadChecked(from, (Message.ReadResponse)message, fault);
        else
            OnMessage(from, message);
        Settle();
    }

    /// <summary>The same as <see cref="UpstairsInput.Read"/>, without an object for it.</summary>
    public void Read(RequestId request, BlockIndex start, ulong blocks, DateTimeOffset now, List<UpstairsEffect> effects)
    {
        Begin(now, effects);
        OnRead(request, start, blocks);
        Settle();
    }

    /// <summary>The same as <see cref="UpstairsInput.Write"/> with the message that is to be sent.</summary>
    /// <param name="draft">Says where, what and with which contexts; its ids, job and dependencies are the machine's to fill
    /// in. Held once for the machine, which lets go of it when nothing needs it any more.</param>
    public void Write(RequestId request, Message.Write draft, DateTimeOffset now, List<UpstairsEffect> effects)
    {
        Begin(now, effects);
        OnWrite(request, draft);
        Settle();
    }

    private void Begin(DateTimeOffset now, List<UpstairsEffect> effects)
    {
        ArgumentNullException.ThrowIfNull(effects);
        _now = now;
        _out = effects;
        if (_forgotten.Count > 0)
            ReuseForgottenJobs();
        if (AnyInProgress)
            _lastBusy = now;
    }

    private static bool IsStale(Slot slot, ConnectionNumber connection) =>
        slot.Connection != connection || slot.Link == SlotLink.None;

    private void OnReadChecked(Slot slot, Message.ReadResponse reply, CrucibleError? fault)
    {
        if (slot is { TakesJobs: true, Link: SlotLink.Open })
            OnReadResponse(slot, reply, fault);
        else
            OnMessage(slot, reply);
    }

    private Slot SlotOf(UpstairsInput.FromSlot input) => _slots[input.Slot.Value];

    /// <summary>What must hold after every input, in this order.</summary>
    private void Settle()
    {
        AbortReconciliationWhenBroken();
        AdvanceRenewal();
        AdvanceRepair();
        while (State == UpstairsState.Active && StartRepairWhenPossible())
            AdvanceRepair();
        AnswerHeldFlushes();
        if (State == UpstairsState.Active)
            DisableWhenRefusedEverywhere();
        if (State == UpstairsState.Active)
        {
            FaultOfflineSlotsOverLimit();
            SubmitBarrierWhenDue();
            ArmAutoFlushWhenNeeded();
        }

        if (State == UpstairsState.Deactivating)
            LetGoOfFinishedSlots();
    }

    private void OnActivate(RequestId request, Generation? asked)
    {
        var otherGeneration = asked is { } g && g != _generation;
        switch (State)
        {
            case UpstairsState.Active when !otherGeneration:
                _out.Add(new UpstairsEffect.ActivationAnswered(request, null));
                break;
            case UpstairsState.Deactivating:
                _out.Add(new UpstairsEffect.ActivationAnswered(request, Refusals.Deactivating));
                break;
            case UpstairsState.Active or UpstairsState.GoActive when otherGeneration:
                _out.Add(new UpstairsEffect.ActivationAnswered(request, Refusals.GenerationInvalid));
                break;
            case UpstairsState.GoActive:
                _out.Add(new UpstairsEffect.ActivationAnswered(request, Refusals.ActivateInProgress));
                break;
            default:
                _generation = asked ?? _generation;
                GoActive(request);
                break;
        }
    }

    private void GoActive(RequestId request)
    {
        _activation = request;
        if (!_config.ReadOnly && _generation.Value == 0)
        {
            Disable(Refusals.GenerationZero, Refusals.Inactive);
            return;
        }

        EnterState(UpstairsState.GoActive);
        _generationMended = null;
        ForgetGrace();
        foreach (var slot in _slots)
        {
            slot.Since = _now;
            slot.PromotionsRefused = 0;
            Dial(slot);
        }
    }

    private void BecomeActive()
    {
        _replayPossible = true;
        EnterState(UpstairsState.Active);
        if (!_config.ReadOnly)
            LeaveBehind();
        AnswerActivation(null);
    }

    private void OnAbandon(RequestId? activation)
    {
        if (State != UpstairsState.GoActive || (activation is not null && activation != _activation))
            return;
        FailOutstanding(Refusals.Inactive);
        LetGo(UpstairsState.Initializing);
        AnswerActivation(Refusals.Withdrawn);
    }

    private void OnDeactivate(RequestId request)
    {
        if (State != UpstairsState.Active)
        {
            var why = State == UpstairsState.Deactivating ? Refusals.Deactivating : Refusals.Inactive;
            _out.Add(new UpstairsEffect.DeactivationAnswered(request, why));
            return;
        }

        _deactivation = request;
        _finalFlushError = null;
        EnterState(UpstairsState.Deactivating);
        _reconciliation = null;
        if (_repair is { } repair)
            AbortRepair(repair);

        // With fewer copies than that, an automatic flush may have failed that nobody heard of: this one fails aloud.
        var tooFew = !_config.ReadOnly
            && _slots.Count(slot => slot.Active || slot.Mode == SlotMode.Offline) < UpstairsLimits.WriteQuorum;
        if (_needFlush || _jobs.Count > 0 || tooFew)
            SubmitFlush(request: null, final: true);
    }

    private void OnForceDeactivate()
    {
        if (State is UpstairsState.Initializing or UpstairsState.Disabled)
            return;
        FailOutstanding(Refusals.Inactive);
        LetGo(UpstairsState.Initializing);
        AnswerActivation(Refusals.Withdrawn);
        AnswerDeactivation(Refusals.NotFlushed);
    }

    /// <summary>A slot is let go of as soon as nothing is left to do for it; the slower ones are not waited for.</summary>
    private void LetGoOfFinishedSlots()
    {
        var lastIsFlush = _jobs.Count == 0 || _jobs[^1].Kind == JobKind.Flush;
        foreach (var slot in _slots)
        {
            if (slot.Step == SlotStep.WaitConnect && !slot.Active)
                continue;
            if (!slot.Active || (lastIsFlush && slot.JobsInProgress == 0))
                LetGoOf(slot);
        }

        if (!_slots.All(slot => !slot.Active && slot.Step == SlotStep.WaitConnect))
            return;
        FailOutstanding(Refusals.Inactive);
        EnterState(UpstairsState.Initializing);
        AnswerDeactivation(_finalFlushError);
    }

    /// <summary>Lets go of one slot while the region set does not want it: what it still had to do is skipped.</summary>
    private void LetGoOf(Slot slot)
    {
        if (slot.JobsInProgress > 0)
            MarkOutOfSync(slot);
        HangUp(slot);
        Rest(slot);
        SkipJobs(slot);
    }

    /// <summary>Fenced, or refused for good. Everybody who waits is answered.</summary>
    /// <param name="why">For whoever asked for activation or deactivation, and for the status.</param>
    /// <param name="guestError">For outstanding reads and flushes.</param>
    private void Disable(CrucibleError why, CrucibleError guestError)
    {
        FailOutstanding(guestError);
        LetGo(UpstairsState.Disabled);
        _disabledBy = why;
        AnswerActivation(why);
        AnswerDeactivation(why);
    }

    private void LetGo(UpstairsState next)
    {
        _reconciliation = null;
        _renewal = null;
        _repair = null;
        foreach (var slot in _slots)
        {
            HangUp(slot);
            Rest(slot);
        }

        EnterState(next);
    }

    private void EnterState(UpstairsState next)
    {
        _out.Add(new UpstairsEffect.Note(UpstairsNote.StateChanged, null, $"{State} to {next}"));
        State = next;
        _disabledBy = null;
        StatusVersion++;
    }

    private void AnswerActivation(CrucibleError? error)
    {
        if (_activation is not { } request)
            return;
        _activation = null;
        _out.Add(new UpstairsEffect.ActivationAnswered(request, error));
    }

    private void AnswerDeactivation(CrucibleError? error)
    {
        if (_deactivation is not { } request)
            return;
        _deactivation = null;
        _out.Add(new UpstairsEffect.DeactivationAnswered(request, error));
    }
}
