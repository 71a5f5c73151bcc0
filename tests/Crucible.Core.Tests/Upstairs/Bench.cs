using System.Net;
using Crucible.Core.Upstairs;
using Crucible.Wire;

namespace Crucible.Core.Tests.Upstairs;

/// <summary>
/// Drives one machine by hand: plays the three servers and the guest, keeps every effect, and checks with each step
/// that nobody is answered twice and nothing is sent on a connection that is not open.
/// </summary>
internal sealed class Bench
{
    public const int BlockSize = 512;
    public const ulong BlocksPerExtent = 10;
    public const uint ExtentCount = 4;

    public static readonly SessionIds Ids = new(
        new UpstairsId(new Guid("01020304-0506-0708-090a-0b0c0d0e0f10")),
        new SessionId(new Guid("a1b2c3d4-e5f6-4789-8abc-def012345678")));

    public static readonly SessionIds OtherIds = new(Ids.Upstairs, new SessionId(new Guid("ffffffff-e5f6-4789-8abc-def012345678")));

    private readonly Dictionary<RequestId, UpstairsEffect> _answers = [];
    private readonly Link[] _links = [new(), new(), new()];
    private ulong _requests;

    public Bench(
        bool readOnly = false, ulong generation = 1, int quorum = 3, bool encrypted = false, uint extents = ExtentCount,
        int[]? unsynced = null)
    {
        Config = new RegionSetConfig(
            Ids, new Generation(generation), [At(1), At(2), At(3)], BlockSize, BlocksPerExtent, extents, readOnly,
            TimeSpan.FromMilliseconds(500), quorum, TimeSpan.FromSeconds(30), encrypted,
            unsynced?.Select(Client).ToArray());
        Machine = new RegionSetMachine(Config, Now);
    }

    public RegionSetConfig Config { get; }

    public RegionSetMachine Machine { get; }

    public DateTimeOffset Now { get; set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Of the last step.</summary>
    public List<UpstairsEffect> Effects { get; } = [];

    public RegionSetStatus Status => Machine.Status();

    public UpstairsState State => Machine.State;

    public AutoFlushNumber AutoFlush { get; private set; }

    public GraceNumber? Grace { get; private set; }

    /// <summary>Blocks that are to be sealed, and were not yet.</summary>
    public Queue<UpstairsEffect.Seal> Seals { get; } = new();

    /// <summary>Notes of all steps so far.</summary>
    public List<UpstairsEffect.Note> Notes { get; } = [];

    public IReadOnlyDictionary<RequestId, UpstairsEffect> Answers => _answers;

    public List<RequestId> Asked { get; } = [];

    public static IPEndPoint At(int port) => new(IPAddress.Loopback, port);

    public static RegionId RegionOf(int slot) => new(new Guid($"0000000{slot}-0000-4000-8000-000000000000"));

    public static RegionDefinition Definition(int slot) =>
        new(BlockSize, new Block(BlocksPerExtent, 9), ExtentCount, RegionOf(slot), Encrypted: false);

    /// <summary>Extents that all say the same.</summary>
    public static Message.ExtentVersions Extents(
        ulong generation = 0, ulong flush = 0, bool dirty = false, uint count = ExtentCount) => new(
        [.. Enumerable.Repeat(new Generation(generation), (int)count)],
        [.. Enumerable.Repeat(new FlushNumber(flush), (int)count)],
        [.. Enumerable.Repeat(dirty, (int)count)]);

    public void Do(UpstairsInput input)
    {
        Effects.Clear();
        Machine.Step(input, Now, Effects);
        foreach (var effect in Effects)
            Record(effect);
    }

    public RequestId Ask(Func<RequestId, UpstairsInput> input)
    {
        var request = new RequestId(++_requests);
        Asked.Add(request);
        Do(input(request));
        return request;
    }

    public RequestId Activate(ulong? generation = null) =>
        Ask(r => new UpstairsInput.Activate(r, generation is { } g ? new Generation(g) : null));

    public RequestId Deactivate() => Ask(r => new UpstairsInput.Deactivate(r));

    public ReplaceOutcome Replace(IPEndPoint old, IPEndPoint next)
    {
        var request = Ask(r => new UpstairsInput.Replace(r, old, next));
        return Assert.IsType<UpstairsEffect.ReplaceAnswered>(_answers[request]).Outcome;
    }

    public RequestId Read(ulong start, ulong blocks = 1) =>
        Ask(r => new UpstairsInput.Read(r, new BlockIndex(start), blocks));

    public RequestId Write(ulong start, ulong blocks = 1, byte fill = 7, bool onlyUnwritten = false) => Ask(r => new UpstairsInput.Write(
        r, new BlockIndex(start), Data(blocks, fill), onlyUnwritten));

    public RequestId Flush() => Ask(r => new UpstairsInput.Flush(r));

    public static byte[] Data(ulong blocks, byte fill)
    {
        var data = new byte[(int)blocks * BlockSize];
        Array.Fill(data, fill);
        return data;
    }

    /// <summary>Not answered yet.</summary>
    public bool IsOpen(RequestId request) => !_answers.ContainsKey(request);

    /// <summary>The error it was answered with, or null for success. It must have been answered.</summary>
    public CrucibleError? ErrorOf(RequestId request) => _answers[request] switch
    {
        UpstairsEffect.IoAnswered e => e.Error,
        UpstairsEffect.ReadAnswered => null,
        UpstairsEffect.ActivationAnswered e => e.Error,
        UpstairsEffect.DeactivationAnswered e => e.Error,
        var e => throw new InvalidOperationException($"{e}"),
    };

    public void AssertOk(RequestId request) => Assert.Null(ErrorOf(request));

    public void AssertKind(CrucibleErrorKind kind, RequestId request) => Assert.Equal(kind, ErrorOf(request)?.Kind);

    public SlotStatus Slot(int slot) => Status.Slots[slot];

    public ConnectionNumber Connection(int slot) => _links[slot].Number;

    public bool IsDialling(int slot) => _links[slot].State == LinkState.Dialling;

    public bool IsConnected(int slot) => _links[slot].State == LinkState.Open;

    public ConnectionNumber? Delayed(int slot) => _links[slot].Delayed;

    public IPEndPoint? Dialled(int slot) => _links[slot].Target;

    /// <summary>Everything sent on the slot's present connection.</summary>
    public IReadOnlyList<Message> Sent(int slot) => _links[slot].Sent;

    public Message LastSent(int slot) => _links[slot].Sent[^1];

    public IReadOnlyList<JobId> JobsSent(int slot) => [.. Sent(slot).Where(m => ModelDownstairs.IdOf(m) is not null).Select(m => ModelDownstairs.IdOf(m)!.Value)];

    public void Connected(int slot)
    {
        _links[slot].State = LinkState.Open;
        Do(new UpstairsInput.Connected(Client(slot), Connection(slot)));
    }

    public void Say(int slot, Message message) =>
        Do(new UpstairsInput.Received(Client(slot), Connection(slot), message));

    public void Lose(int slot, bool malformed = false)
    {
        _links[slot].State = LinkState.None;
        Do(new UpstairsInput.Lost(Client(slot), Connection(slot), "the peer closed", malformed));
    }

    public void ReconnectDue(int slot)
    {
        var number = _links[slot].Delayed ?? throw new InvalidOperationException($"slot {slot} has no timer");
        Now += TimeSpan.FromSeconds(10);
        Do(new UpstairsInput.ReconnectDue(Client(slot), number));
    }

    public void AutoFlushDue(TimeSpan later)
    {
        Now += later;
        Do(new UpstairsInput.AutoFlushDue(AutoFlush));
    }

    public void Negotiate(int slot, Message.ExtentVersions? extents = null, RegionDefinition? region = null)
    {
        NegotiateToRegion(slot, region);
        Say(slot, extents ?? Extents());
    }

    public void NegotiateToRegion(int slot, RegionDefinition? region = null)
    {
        Connected(slot);
        Say(slot, new Message.YesItsMe(ProtocolLimits.Version, At(100 + slot)));
        Say(slot, new Message.YouAreNowActive(Ids, Status.Generation));
        Say(slot, new Message.RegionInfo(
            region ?? Definition(slot) with { Encrypted = Config.Encrypted, ExtentCount = Config.ExtentCount }));
    }

    /// <summary>Active, with three copies that were never written.</summary>
    public Bench Active()
    {
        var request = Activate();
        for (var slot = 0; slot < 3; slot++)
            Negotiate(slot);
        AssertOk(request);
        return this;
    }

    public void Ack(int slot, JobId job, CrucibleError? error = null)
    {
        var result = new WireResult<Unit>(default, error);
        var sent = _links[slot].Sent.FindLast(m => ModelDownstairs.IdOf(m) == job);
        Say(slot, sent switch
        {
            Message.Write => new Message.WriteAck(Ids, job, result),
            Message.WriteUnwritten => new Message.WriteUnwrittenAck(Ids, job, result),
            Message.Flush => new Message.FlushAck(Ids, job, result),
            Message.Barrier => new Message.BarrierAck(Ids, job, result),
            Message.ExtentLiveRepair => new Message.ExtentLiveRepairAckId(Ids, job, result),
            Message.ExtentLiveNoOp or Message.ExtentLiveReopen => new Message.ExtentLiveAckId(Ids, job, result),
            Message.ExtentLiveClose or Message.ExtentLiveFlushClose => new Message.ExtentLiveCloseAck(
                Ids, job, new WireResult<Message.ExtentState>(default, error)),
            Message.ReadRequest m => new Message.ReadResponse(
                Ids, job,
                new WireResult<ReadBlockContext[]>(error is null ? Contexts(m.Count, 7) : null!, error),
                error is null ? Data(m.Count, 7) : []),
            _ => throw new InvalidOperationException($"{sent}"),
        });
    }

    /// <summary>The contexts that <see cref="Data"/> of the same arguments was written with.</summary>
    public static ReadBlockContext[] Contexts(ulong blocks, byte fill) =>
        [.. Enumerable.Repeat(ReadBlockContext.OfUnencrypted(BlockHash.Plain(Data(1, fill))), (int)blocks)];

    /// <summary>Seals what is asked for, does what is sent to each slot, and so on until nothing more comes.</summary>
    /// <param name="written">Blocks hold something; else they were never written.</param>
    public void Renew(bool written = true)
    {
        var done = new int[3];
        for (var more = true; more;)
        {
            more = Seals.Count > 0;
            while (Seals.TryDequeue(out var seal))
                Do(Sealed(seal));
            for (var slot = 0; slot < 3; slot++)
            {
                for (; IsConnected(slot) && done[slot] < Sent(slot).Count; done[slot]++)
                {
                    if (Sent(slot)[done[slot]] is not (Message.ReadRequest or Message.Write or Message.Flush))
                        continue;
                    more = true;
                    AckRenewal(slot, ModelDownstairs.IdOf(Sent(slot)[done[slot]])!.Value, written);
                }
            }
        }
    }

    public static UpstairsInput.Sealed Sealed(UpstairsEffect.Seal seal) => new(
        seal.Renewal, seal.Start, seal.Data, BlockCipher.Plain(BlockSize).Seal(seal.Data.Span, []));

    private void AckRenewal(int slot, JobId job, bool written)
    {
        if (written || Sent(slot).Last(m => ModelDownstairs.IdOf(m) == job) is not Message.ReadRequest)
            Ack(slot, job);
        else
            Say(slot, new Message.ReadResponse(
                Ids, job, new WireResult<ReadBlockContext[]>([default], Error: null), Data(1, 0)));
    }

    public void AckEverywhere(JobId job)
    {
        for (var slot = 0; slot < 3; slot++)
        {
            if (IsConnected(slot) && _links[slot].Sent.FindLast(m => ModelDownstairs.IdOf(m) == job) is not null)
                Ack(slot, job);
        }
    }

    public static ClientId Client(int slot) => new((byte)slot);

    private void Record(UpstairsEffect effect)
    {
        switch (effect)
        {
            case UpstairsEffect.Connect e:
                Assert.NotEqual(LinkState.Open, _links[e.Slot.Value].State);
                _links[e.Slot.Value] = new Link { Number = e.Connection, State = LinkState.Dialling, Target = e.Target };
                break;
            case UpstairsEffect.Close e:
                Assert.Equal(_links[e.Slot.Value].Number, e.Connection);
                _links[e.Slot.Value].State = LinkState.None;
                break;
            case UpstairsEffect.ArmReconnect e:
                _links[e.Slot.Value].Delayed = e.Connection;
                break;
            case UpstairsEffect.ArmAutoFlush e:
                AutoFlush = e.Number;
                break;
            case UpstairsEffect.Send e:
                Assert.Equal(LinkState.Open, _links[e.Slot.Value].State);
                Assert.Equal(_links[e.Slot.Value].Number, e.Connection);
                _links[e.Slot.Value].Sent.Add(e.Message);
                break;
            case UpstairsEffect.ActivationAnswered e:
                _answers.Add(e.Request, e);
                break;
            case UpstairsEffect.DeactivationAnswered e:
                _answers.Add(e.Request, e);
                break;
            case UpstairsEffect.ReplaceAnswered e:
                _answers.Add(e.Request, e);
                break;
            case UpstairsEffect.IoAnswered e:
                _answers.Add(e.Request, e);
                break;
            case UpstairsEffect.ReadAnswered e:
                _answers.Add(e.Request, e);
                break;
            case UpstairsEffect.ArmGrace e:
                Grace = e.Number;
                break;
            case UpstairsEffect.Seal e:
                Seals.Enqueue(e);
                break;
            case UpstairsEffect.ArmSnapshotDeadline:
                break;
            case UpstairsEffect.Note e:
                Notes.Add(e);
                break;
            default:
                throw new InvalidOperationException($"{effect}");
        }
    }

    private enum LinkState
    {
        None,
        Dialling,
        Open,
    }

    private sealed class Link
    {
        public ConnectionNumber Number { get; init; }

        public LinkState State { get; set; }

        public IPEndPoint? Target { get; init; }

        public ConnectionNumber? Delayed { get; set; }

        public List<Message> Sent { get; } = [];
    }
}
