using System.Net;
using Crucible.Core.Downstairs;
using Crucible.Wire;

namespace Crucible.Core.Tests.Downstairs;

/// <summary>A machine with its host played by the test: what was sent, what was closed, what storage was
/// asked.</summary>
internal sealed class Bench
{
    public static readonly UpstairsId VolumeA = new(new Guid("01020304-0506-0708-090a-0b0c0d0e0f10"));
    public static readonly UpstairsId VolumeB = new(new Guid("b1020304-0506-0708-090a-0b0c0d0e0f10"));
    public static readonly SessionIds First = new(VolumeA, new(new Guid("a1000000-0000-0000-0000-000000000001")));
    public static readonly SessionIds Second = new(VolumeA, new(new Guid("a1000000-0000-0000-0000-000000000002")));
    public static readonly SessionIds Other = new(VolumeB, new(new Guid("b1000000-0000-0000-0000-000000000003")));

    public static readonly RegionDefinition Region = new(512, new(10, 9), 3, new(Guid.Empty), Encrypted: false);

    private static readonly IPEndPoint Repair = new(IPAddress.Loopback, 13000);
    private readonly DownstairsMachine _machine;
    private readonly List<DownstairsEffect> _effects = [];
    private ulong _nextConnection;

    public Bench(
        bool readOnly = false, PromotionRecord? stored = null, bool encrypted = false, FlushMark? flushed = null)
    {
        _machine = new(new(Region with { Encrypted = encrypted }, readOnly, Repair), stored, flushed);
    }

    public DownstairsMachine Machine => _machine;

    /// <summary>Whether storage answers at once with success; off, work piles up in <see cref="Work"/>.</summary>
    public bool StorageIsQuick { get; set; } = true;

    public List<(WorkNumber Number, StorageWork Work)> Work { get; } = [];

    public List<DownstairsEffect.RetryAfter> Retries { get; } = [];

    public List<(ConnectionNumber On, Message Message)> Sent { get; } = [];

    public List<(ConnectionNumber On, DownstairsCloseCause Cause)> Closed { get; } = [];

    /// <summary>Messages storage was asked to carry out, in order.</summary>
    public List<Message> Performed { get; } = [];

    public List<PromotionRecord> Stored { get; } = [];

    public ConnectionNumber Open()
    {
        var number = new ConnectionNumber(_nextConnection++);
        _machine.Opened(number);
        return number;
    }

    /// <summary>What the machine sends on any connection because of a message.</summary>
    public Message[] Say(ConnectionNumber on, Message message)
    {
        var before = Sent.Count;
        _machine.Received(on, message, _effects);
        CarryOut();
        return [.. Sent.Skip(before).Select(s => s.Message)];
    }

    public Message[] Answer(int index, StorageResult result)
    {
        var before = Sent.Count;
        var number = Work[index].Number;
        Work.RemoveAt(index);
        _machine.WorkDone(number, result, _effects);
        CarryOut();
        return [.. Sent.Skip(before).Select(s => s.Message)];
    }

    public void RetryNow()
    {
        var retry = Retries[0];
        Retries.RemoveAt(0);
        _machine.RetryDue(retry.Connection, retry.Ticket, _effects);
        CarryOut();
    }

    public static Message.HereIAm Hello(
        SessionIds ids, ulong generation = 1, uint version = 13, bool readOnly = false, bool encrypted = false,
        params uint[] alternates) => new(version, ids, new(generation), readOnly, encrypted, alternates);

    public ConnectionNumber Connected(SessionIds ids, ulong generation = 1, bool readOnly = false)
    {
        var connection = Open();
        Say(connection, Hello(ids, generation, readOnly: readOnly));
        return connection;
    }

    public ConnectionNumber Promoted(SessionIds ids, ulong generation = 1, bool readOnly = false)
    {
        var connection = Connected(ids, generation, readOnly);
        Say(connection, new Message.PromoteToActive(ids, new(generation)));
        return connection;
    }

    public ConnectionNumber Running(SessionIds ids, ulong generation = 1, bool readOnly = false)
    {
        var connection = Promoted(ids, generation, readOnly);
        Say(connection, new Message.RegionInfoPlease());
        Say(connection, new Message.ExtentVersionsPlease());
        return connection;
    }

    public DownstairsCloseCause? CauseOf(ConnectionNumber connection) =>
        Closed.Where(c => c.On == connection).Select(c => (DownstairsCloseCause?)c.Cause).SingleOrDefault();

    public static Message.ReadRequest Read(ulong job, params ulong[] after) => ReadBy(First, job, after);

    public static Message.ReadRequest ReadBy(SessionIds ids, ulong job, params ulong[] after) =>
        new(ids, new(job), Ids(after), new(0), 1);

    public static Message.Write Write(ulong job, params ulong[] after) =>
        new(First, new(job), Ids(after), new(0), [new(7, null)], new byte[512]);

    public static Message.Flush Flush(ulong job, params ulong[] after) =>
        new(First, new(job), Ids(after), new(1), new(1), null, null);

    public static Message.Barrier Barrier(ulong job, params ulong[] after) => new(First, new(job), Ids(after));

    public static JobId[] Ids(ulong[] jobs) => Array.ConvertAll(jobs, j => new JobId(j));

    public IEnumerable<ulong> PerformedJobs() => Performed.Select(JobOf);

    public static ulong JobOf(Message message) => message switch
    {
        Message.Write m => m.Job.Value,
        Message.ReadRequest m => m.Job.Value,
        Message.Flush m => m.Job.Value,
        Message.WriteAck m => m.Job.Value,
        Message.ReadResponse m => m.Job.Value,
        Message.FlushAck m => m.Job.Value,
        Message.BarrierAck m => m.Job.Value,
        _ => throw new ArgumentException(message.Kind.ToString()),
    };

    public static StorageResult Good(StorageWork work) => work switch
    {
        StorageWork.ReadVersions => new StorageResult.Versions(new Message.ExtentState[3]),
        StorageWork.Perform { Message: Message.ReadRequest } =>
            new StorageResult.Blocks([ReadBlockContext.Empty], new byte[512]),
        StorageWork.Perform { Message: Message.ExtentLiveClose or Message.ExtentLiveFlushClose } =>
            new StorageResult.Extent(new(new(4), new(2), true)),
        _ => StorageResult.Done.Instance,
    };

    private void CarryOut()
    {
        while (_effects.Count > 0)
        {
            var effects = _effects.ToArray();
            _effects.Clear();
            foreach (var effect in effects)
                CarryOut(effect);
            while (StorageIsQuick && Work.Count > 0)
            {
                var (number, work) = Work[0];
                Work.RemoveAt(0);
                _machine.WorkDone(number, Good(work), _effects);
            }
        }
    }

    private void CarryOut(DownstairsEffect effect)
    {
        switch (effect)
        {
            case DownstairsEffect.Send e:
                Sent.Add((e.Connection, e.Message));
                break;
            case DownstairsEffect.Close e:
                Closed.Add((e.Connection, e.Cause));
                break;
            case DownstairsEffect.RetryAfter e:
                Retries.Add(e);
                break;
            case DownstairsEffect.Execute e:
                Work.Add((e.Number, e.Work));
                if (e.Work is StorageWork.Perform perform)
                    Performed.Add(perform.Message);
                if (e.Work is StorageWork.Promote { Record: { } record })
                    Stored.Add(record);
                break;
        }
    }
}
