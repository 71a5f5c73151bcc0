using System.Diagnostics;
using Crucible.Core.Upstairs;
using Crucible.Wire;
using Crucible.Simulation.Checks;

namespace Crucible.Simulation.World;

/// <summary>Hosts a <see cref="RegionSetMachine"/>: one upstairs process, from its start to its end.</summary>
internal sealed class UpstairsHost(
    int number, RegionSetConfig config, Network network, VirtualClock clock, Trace trace, Statistics statistics)
{
    private const int StepsBetweenStatusChecks = 16;
    private readonly RegionSetMachine _machine = new(config, clock.Now);
    private readonly Dictionary<RequestId, Action<UpstairsEffect>> _asked = [];
    private readonly Dictionary<ConnectionNumber, (Connection? Connection, ConversationCheck Check)> _attempts = [];
    private readonly Dictionary<Connection, (ClientId Slot, ConnectionNumber Number)> _names = [];
    private readonly UpstairsJobsCheck _jobs = new();
    private ulong _requests;
    private ulong _steps;

    public int Number => number;

    public SessionIds Ids => config.Ids;

    public bool Alive { get; private set; } = true;

    public UpstairsState State => _machine.State;

    /// <summary>Its present time of being active; null when it is not.</summary>
    public Incarnation? Incarnation { get; private set; }

    public int Outstanding => _asked.Count;

    public RegionSetStatus Status() => _machine.Status();

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

    /// <summary>It became active with these servers.</summary>
    public void Begin(Incarnation incarnation)
    {
        _jobs.Activated();
        Incarnation = incarnation;
    }

    /// <summary>The process is killed; nobody is left who waits for its answers.</summary>
    public void Kill()
    {
        trace.Add($"{this} is killed");
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
                statistics.Count(Sight.Fenced);
            Step(new UpstairsInput.Received(name.Slot, name.Number, message));
            return;
        }

        // Closed already, but this was under way: it must change nothing.
        statistics.Count(Sight.StaleAnswerDropped);
        if (Step(new UpstairsInput.Received(name.Slot, name.Number, message)) is { Count: > 0 } effects)
            throw new SimulationFailure("S5", $"a stale {message.Kind} led to {effects[0]}");
    }

    public void ConnectionEnded(Connection connection, string why)
    {
        if (Alive && _names.TryGetValue(connection, out var name) && _attempts.Remove(name.Number))
            Step(new UpstairsInput.Lost(name.Slot, name.Number, why, Malformed: false));
    }

    public override string ToString() => $"upstairs {number}";

    private List<UpstairsEffect> Step(UpstairsInput input)
    {
        if (input is not UpstairsInput.Received { Message: Message.Imok })
            trace.Add($"{this} {Text(input)}");
        var effects = new List<UpstairsEffect>();
        _machine.Step(input, clock.Now, effects);
        if (input is UpstairsInput.AutoFlushDue
            && effects.Exists(e => e is UpstairsEffect.Send { Message: Message.Flush }))
            statistics.Count(Sight.AutomaticFlush);
        foreach (var effect in effects)
            CarryOut(effect);
        if (Incarnation is not null && State is not (UpstairsState.Active or UpstairsState.Deactivating))
            Incarnation = null;
        if (++_steps % StepsBetweenStatusChecks == 0)
            UpstairsJobsCheck.Check(_machine.Status());
        return effects;
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
            case UpstairsEffect.Note e:
                trace.Add($"{this} notes {e.Kind} {e.Slot} {e.Text}");
                if (e.Kind == UpstairsNote.SlotFaulted)
                    statistics.Count(Sight.SlotFaulted);
                if (e.Kind is UpstairsNote.IntegrityFailure or UpstairsNote.CopiesDiffer or UpstairsNote.ForeignReply)
                    throw new SimulationFailure("S2", $"{e.Kind}: {e.Text}");
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

    private void Answer(RequestId request, UpstairsEffect answer, CrucibleError? error)
    {
        trace.Add($"{this} answers {request.Value} {Text(answer)} {error?.Describe()}");
        if (!_asked.Remove(request, out var answered))
            throw new SimulationFailure("Invariant 10", $"{request} was answered twice or never asked");
        answered(answer);
    }

    private void Connect(UpstairsEffect.Connect e)
    {
        _attempts.Add(e.Connection, (null, new ConversationCheck(_jobs)));
        network.Dial(
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
        clock.After(ProtocolLimits.ConnectTimeout, () =>
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
        if (e.Message is Message.LastFlush)
            statistics.Count(Sight.Replayed);
        attempt.Check.Says(e.Message);
        attempt.Connection.Send(attempt.Connection.Client, e.Message);
    }

    private void Later(TimeSpan delay, UpstairsInput input) => clock.After(delay, () =>
    {
        if (Alive)
            Step(input);
    });

    private static string Text(UpstairsEffect answer) => answer switch
    {
        UpstairsEffect.ReplaceAnswered { Outcome: ReplaceOutcome.Refused r } =>
            $"replacement refused: {r.Error.Describe()}",
        UpstairsEffect.ReplaceAnswered e => $"replacement {e.Outcome.GetType().Name}",
        _ => answer.GetType().Name,
    };

    private static string Text(UpstairsInput input) => input switch
    {
        UpstairsInput.Received i => $"{i.Slot} c{i.Connection.Value} gets {MessageText.Of(i.Message)}",
        UpstairsInput.FromSlot i => $"{i.Slot} c{i.Connection.Value} {i.GetType().Name}",
        UpstairsInput.Write i => $"{i.Request.Value} Write {i.Start.Value}+{i.Data.Length / BlockPattern.BlockSize}",
        UpstairsInput.Read i => $"{i.Request.Value} Read {i.Start.Value}+{i.Blocks}",
        UpstairsInput.Flush i => $"{i.Request.Value} Flush",
        UpstairsInput.Activate i => $"{i.Request.Value} Activate {i.Generation}",
        UpstairsInput.Replace i => $"{i.Request.Value} Replace {i.Old.Port} by {i.New.Port}",
        _ => input.GetType().Name,
    };
}
