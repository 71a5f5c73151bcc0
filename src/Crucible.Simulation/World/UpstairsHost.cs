using System.Diagnostics;
using Crucible.Core.Upstairs;
using Crucible.Simulation.Checks;
using Crucible.Wire;

namespace Crucible.Simulation.World;

/// <summary>Hosts a <see cref="RegionSetMachine"/>: one upstairs process, from its start to its end.</summary>
internal sealed class UpstairsHost
{
    private const int StepsBetweenStatusChecks = 16;
    private readonly RegionSetConfig _config;
    private readonly Network _network;
    private readonly Setting _setting;
    private readonly RegionSetMachine _machine;
    private readonly UpstairsWatch _watch;
    private readonly BlockCipher _cipher;
    private readonly Dictionary<RequestId, Action<UpstairsEffect>> _asked = [];
    private readonly Dictionary<ConnectionNumber, (Connection? Connection, ConversationCheck Check)> _attempts = [];
    private readonly Dictionary<Connection, (ClientId Slot, ConnectionNumber Number)> _names = [];
    private readonly UpstairsJobsCheck _jobs = new();
    private readonly List<UpstairsEffect> _effects = [];
    private ulong _requests;
    private ulong _steps;

    /// <summary>A process that was just started.</summary>
    /// <param name="config">What it is of.</param>
    /// <param name="network">Leads to its servers.</param>
    /// <param name="setting">Shared by all of a run.</param>
    /// <param name="cipher">Encrypts and decrypts; null when blocks are plain.</param>
    public UpstairsHost(RegionSetConfig config, Network network, Setting setting, BlockCipher? cipher = null)
    {
        (_config, _network, _setting) = (config, network, setting);
        Number = setting.NextHost();
        _machine = new RegionSetMachine(config, setting.Now);
        _watch = new UpstairsWatch(setting);
        _cipher = cipher ?? BlockCipher.Plain((int)config.BlockSize);
    }

    /// <summary>
    /// Called when copies were made equal in the middle of service: what was not flushed may be gone.
    /// </summary>
    public Action? Remade { get; set; }

    /// <summary>Called after every step.</summary>
    public Action? Stepped { get; set; }

    public int Number { get; }

    public SessionIds Ids => _config.Ids;

    public bool Alive { get; private set; } = true;

    public UpstairsState State => _machine.State;

    /// <summary>Its present time of being active; null when it is not.</summary>
    public Incarnation? Incarnation { get; private set; }

    /// <summary>It was active once: from then on it knows which of its copies are whole.</summary>
    public bool WasActive { get; private set; }

    public bool Reconciling => _watch.Reconciling;

    public bool Repairing => _watch.Repairing;

    public int Outstanding => _asked.Count;

    public RegionSetStatus Status() => _machine.Status();

    public ulong StatusVersion => _machine.StatusVersion;

    public bool CanAdmit(int bytes) => _machine.CanAdmit((ulong)bytes);

    /// <summary>Asks the machine something.</summary>
    /// <param name="question">Makes the input.</param>
    /// <param name="answered">Called with the one answer, inside the step: it may note and schedule, not ask
    /// again.</param>
    public void Ask(Func<RequestId, UpstairsInput> question, Action<UpstairsEffect> answered)
    {
        var request = new RequestId(++_requests);
        _asked.Add(request, answered);
        Step(question(request));
    }

    public void Tell(UpstairsInput input) => Step(input);

    /// <summary>It became active, or is again after its copies were made equal.</summary>
    public void Begin(Incarnation incarnation)
    {
        _jobs.Activated();
        Incarnation = incarnation;
        WasActive = true;
    }

    /// <summary>The process is killed; nobody is left who waits for its answers.</summary>
    public void Kill()
    {
        _setting.Trace.Add($"{this} is killed");
        Alive = false;
        Incarnation = null;
        _asked.Clear();
        foreach (var attempt in _attempts.Values)
            attempt.Connection?.Cut();
        _attempts.Clear();
        _names.Clear();
    }

    public void Received(Connection connection, Message message)
    {
        if (!Alive || !_names.TryGetValue(connection, out var name))
            return;
        if (_attempts.TryGetValue(name.Number, out var attempt))
        {
            attempt.Check.Heard(message);
            if (message is Message.YouAreNoLongerActive)
                _setting.Count(Mark.Fenced);
            Step(InputOf(name.Slot, name.Number, message));
            return;
        }

        // Closed already, but this was under way: it must change nothing.
        _setting.Count(Mark.StaleAnswerDropped);
        var version = _machine.StatusVersion;
        Step(InputOf(name.Slot, name.Number, message));
        if (_effects.Count > 0 || version != _machine.StatusVersion)
            throw new SimulationFailure("S5", $"a stale {message.Kind} led to {_effects.FirstOrDefault()}");
    }

    public void ConnectionEnded(Connection connection, string why)
    {
        if (Alive && _names.TryGetValue(connection, out var name) && _attempts.Remove(name.Number))
            Step(new UpstairsInput.Lost(name.Slot, name.Number, why, Malformed: false));
    }

    public override string ToString() => $"upstairs {Number}";

    private void Step(UpstairsInput input)
    {
        if (_setting.Trace.Kept && input is not UpstairsInput.AutoFlushDue)
            _setting.Trace.Add($"{this} {HostText.Of(input)}");
        var before = State;
        _effects.Clear();
        _machine.Step(input, _setting.Now, _effects);
        if (input is UpstairsInput.AutoFlushDue
            && _effects.Exists(e => e is UpstairsEffect.Send { Message: Message.Flush }))
        {
            _setting.Trace.Add($"{this} flushes by itself");
            _setting.Count(Mark.AutomaticFlush);
        }

        if (input is UpstairsInput.Replace replace)
            CheckActedOn(replace);
        if (before == UpstairsState.Active && State == UpstairsState.Disabled)
            _setting.Count(Mark.DisabledWhileActive);
        foreach (var effect in _effects)
            CarryOut(effect);
        if (Incarnation is not null && State is not (UpstairsState.Active or UpstairsState.Deactivating))
            Incarnation = null;
        if (++_steps % StepsBetweenStatusChecks == 0 || before != State)
            StatusCheck.Check(_machine.Status(), _setting.Now);
        Stepped?.Invoke();
    }

    private byte[] NewNonce()
    {
        var nonce = new byte[_cipher.NonceBytes];
        for (var i = 0; i < nonce.Length; i++)
            nonce[i] = (byte)_network.Random.Next();
        return nonce;
    }

    /// <summary>Every other server has the same reply in memory, so it is decrypted in a copy.</summary>
    private UpstairsInput.FromSlot InputOf(ClientId slot, ConnectionNumber number, Message message)
    {
        if (!_cipher.Encrypts || message is not Message.ReadResponse { Blocks.IsOk: true } reply)
            return new UpstairsInput.Received(slot, number, message);
        var plain = reply.Data.ToArray();
        return new UpstairsInput.ReadChecked(
            slot, number, reply with { Data = plain }, _cipher.Open(reply.Blocks.Value, plain));
    }

    private void CarryOut(UpstairsEffect effect)
    {
        switch (effect)
        {
            case UpstairsEffect.Connect e:
                Connect(e);
                break;
            case UpstairsEffect.Close e:
                if (_attempts.Remove(e.Connection, out var closed))
                    closed.Connection?.CloseFrom(closed.Connection.Client);
                break;
            case UpstairsEffect.Send e:
                Send(e);
                break;
            case UpstairsEffect.ArmReconnect e:
                Later(e.Delay, new UpstairsInput.ReconnectDue(e.Slot, e.Connection));
                break;
            case UpstairsEffect.ArmAutoFlush e:
                Later(e.Delay, new UpstairsInput.AutoFlushDue(e.Number));
                break;
            case UpstairsEffect.ArmGrace e:
                Later(e.Delay, new UpstairsInput.GraceOver(e.Number));
                break;
            case UpstairsEffect.Seal e:
                var contexts = _cipher.Seal(e.Data.Span, NewNonce());
                Later(TimeSpan.Zero, new UpstairsInput.Sealed(e.Renewal, e.Start, e.Data, contexts));
                break;
            case UpstairsEffect.ArmSnapshotDeadline e:
                Later(e.Delay, new UpstairsInput.SnapshotDue(e.Job));
                break;
            case UpstairsEffect.Note e:
                Note(e);
                break;
            case UpstairsEffect.ActivationAnswered e:
                Answer(e.Request, e, e.Error);
                break;
            case UpstairsEffect.DeactivationAnswered e:
                Answer(e.Request, e, e.Error);
                break;
            case UpstairsEffect.ReplaceAnswered e:
                Answer(e.Request, e, null);
                break;
            case UpstairsEffect.IoAnswered e:
                Answer(e.Request, e, e.Error);
                break;
            case UpstairsEffect.ReadAnswered e:
                Answer(e.Request, e, null);
                break;
            default:
                throw new UnreachableException($"{effect}");
        }
    }

    private void Note(UpstairsEffect.Note e)
    {
        _setting.Trace.Add($"{this} notes {e.Kind} {e.Slot} {e.Text}");
        if (e.Kind is UpstairsNote.IntegrityFailure or UpstairsNote.CopiesDiffer or UpstairsNote.ForeignReply)
            throw new SimulationFailure("S2", $"{e.Kind}: {e.Text}");
        _watch.Noted(e, WasInService(e));
        if (e.Kind == UpstairsNote.ReconciliationStarted && Incarnation is not null)
            Incarnation = null;
        else if (e.Kind == UpstairsNote.ReconciliationFinished && State == UpstairsState.Active && WasInService(e))
            Remade?.Invoke();
    }

    /// <summary>The copies were made equal in the middle of service, and not for an activation.</summary>
    private bool WasInService(UpstairsEffect.Note e) => State == UpstairsState.Active
        && (Incarnation is not null || _watch.ReconcilesInService)
        && e.Kind is UpstairsNote.ReconciliationStarted or UpstairsNote.ReconciliationFinished;

    private void Answer(RequestId request, UpstairsEffect answer, CrucibleError? error)
    {
        if (_setting.Trace.Kept)
            _setting.Trace.Add($"{this} answers {request.Value} {HostText.Of(answer)} {error?.Describe()}");
        if (!_asked.Remove(request, out var answered))
            throw new SimulationFailure("Invariant 10", $"{request} was answered twice or never asked");
        answered(answer);
    }

    /// <summary>L3: a replacement is answered and acted on before anything else happens.</summary>
    private void CheckActedOn(UpstairsInput.Replace replace)
    {
        var answer = _effects.OfType<UpstairsEffect.ReplaceAnswered>().SingleOrDefault(e => e.Request == replace.Request)
            ?? throw new SimulationFailure("L3", $"the replacement of {replace.Old} was not answered");
        if (answer.Outcome is not ReplaceOutcome.Started || State is not (UpstairsState.GoActive or UpstairsState.Active))
            return;
        if (!_effects.Exists(e => e is UpstairsEffect.Connect c && c.Target.Equals(replace.New)))
            throw new SimulationFailure("L3", $"{replace.New} was taken as a target and not connected to");
    }

    private void Connect(UpstairsEffect.Connect e)
    {
        _attempts.Add(e.Connection, (null, new ConversationCheck(_jobs, e.Slot.Value)));
        _network.Dial(
            this,
            e.Target,
            isWanted: () => Alive && _attempts.ContainsKey(e.Connection),
            opened: connection =>
            {
                _names[connection] = (e.Slot, e.Connection);
                _attempts[e.Connection] = _attempts[e.Connection] with { Connection = connection };
                Step(new UpstairsInput.Connected(e.Slot, e.Connection));
            },
            failed: why => Fail(e, why));
        _setting.Clock.After(ProtocolLimits.ConnectTimeout, () =>
        {
            if (_attempts.TryGetValue(e.Connection, out var attempt) && attempt.Connection is null)
                Fail(e, "no connection in time");
        });
    }

    private void Fail(UpstairsEffect.Connect e, string why)
    {
        if (Alive && _attempts.Remove(e.Connection))
            Step(new UpstairsInput.Lost(e.Slot, e.Connection, why, Malformed: false));
    }

    private void Send(UpstairsEffect.Send e)
    {
        if (!_attempts.TryGetValue(e.Connection, out var attempt) || attempt.Connection is null)
            throw new SimulationFailure("Host", $"{e.Message.Kind} sent on a connection that is not open");
        attempt.Check.Says(e.Message);
        _watch.Sends(e.Message);
        if (attempt.Check.SawReserved)
            _setting.Count(Mark.IdsReservedAhead);
        attempt.Connection.Send(attempt.Connection.Client, e.Message);
    }

    private void Later(TimeSpan delay, UpstairsInput input) => _setting.Clock.After(delay, () =>
    {
        if (Alive)
            Step(input);
    });
}
