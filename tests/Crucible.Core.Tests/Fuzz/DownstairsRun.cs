using System.Net;
using Crucible.Core.Downstairs;
using Crucible.Wire;
using Crucible.Wire.Tests.Fuzz;

namespace Crucible.Core.Tests.Fuzz;

/// <summary>
/// One server's machine with a few upstairs that say what was recorded, some of it changed, and a storage that answers
/// in turn and sometimes fails. Everything comes from the seed and the number of the run.
/// </summary>
internal sealed class DownstairsRun
{
    private const int ConnectionsMax = 4;
    private const ulong BlocksReadMax = 64;

    private static readonly byte[][][] Scripts = MutatedTraffic.UpstairsScripts();

    private readonly RegionDefinition _region;
    private readonly bool _isReadOnly;
    private readonly DownstairsMachine _machine;
    private readonly List<DownstairsEffect> _effects = [];
    private readonly List<Peer> _open = [];
    private readonly Queue<DownstairsEffect.Execute> _work = new();
    private readonly List<DownstairsEffect.RetryAfter> _retries = [];
    private SeededRandom _random;

    /// <summary>
    /// One frame in so many is changed. Jobs wait for ever for one that was lost, so few changes go deep, many go wide.
    /// </summary>
    private readonly int _changedOneIn;
    private ulong _connections;

    public DownstairsRun(ulong seed, long run)
    {
        _random = new SeededRandom(seed, run);
        _changedOneIn = 2 + _random.Below(20);
        _region = MutatedTraffic.Sessions[0].Region! with { Encrypted = _random.OneIn(4) };
        _isReadOnly = _random.OneIn(4);
        var settings = new DownstairsSettings(_region, _isReadOnly, new IPEndPoint(IPAddress.Loopback, 13000));
        _machine = new DownstairsMachine(settings, stored: null);
    }

    /// <summary>Bytes that the peers sent.</summary>
    public long Bytes { get; private set; }

    public HashSet<Type> Sent { get; } = [];

    public HashSet<DownstairsCloseCause> Closed { get; } = [];

    /// <summary>The last frame that was delivered, for a failure's report.</summary>
    public byte[] Last { get; private set; } = [];

    public void Play(int steps)
    {
        for (; steps > 0; steps--)
        {
            switch (_random.Below(16))
            {
                case 0 when _open.Count < ConnectionsMax:
                    Open();
                    break;
                case < 9 when _open.Count > 0:
                    Deliver(_open[_random.Below(_open.Count)]);
                    break;
                case < 14:
                    FinishWork();
                    break;
                case 14 when _retries.Count > 0:
                    RetryOne();
                    break;
                case 15 when _open.Count > 0 && _random.OneIn(4):
                    Lose(_open[_random.Below(_open.Count)]);
                    break;
                default:
                    Open();
                    break;
            }
        }
    }

    /// <summary>The peers leave, storage finishes, and nothing may be left.</summary>
    public void Settle()
    {
        while (_open.Count > 0)
            Lose(_open[^1]);
        while (_work.Count > 0)
            FinishWork();
        Assert.Equal((0, 0, 0), (_machine.ConnectionCount, _machine.ActiveCount, _machine.JobCount));
    }

    private void Open()
    {
        if (_open.Count == ConnectionsMax)
            return;
        var peer = new Peer(new(_connections++), Scripts[_random.Below(Scripts.Length)]);
        _open.Add(peer);
        _machine.Opened(peer.Number);
    }

    private void Deliver(Peer peer)
    {
        Last = peer.Next();
        var bytes = Last.Length;
        Message? message = null;
        if (!_random.OneIn(_changedOneIn))
            message = MutatedTraffic.Decode(Last);
        else if (!MutatedTraffic.TryMutate(ref _random, Last, out bytes, out message))
            message = null;
        Bytes += bytes;
        if (message is null)
        {
            Lose(peer);
            return;
        }

        Last = MutatedTraffic.Encode(message);
        MutatedTraffic.Measured(bytes, () => _machine.Received(peer.Number, message, _effects));
        CarryOut();
    }

    private void Lose(Peer peer)
    {
        _open.Remove(peer);
        _machine.Ended(peer.Number);
    }

    private void FinishWork()
    {
        if (!_work.TryDequeue(out var given))
            return;
        _machine.WorkDone(given.Number, ResultOf(given.Work), _effects);
        CarryOut();
    }

    private void RetryOne()
    {
        var at = _random.Below(_retries.Count);
        var retry = _retries[at];
        _retries.RemoveAt(at);
        _machine.RetryDue(retry.Connection, retry.Ticket, _effects);
        CarryOut();
    }

    private StorageResult ResultOf(StorageWork work)
    {
        if (_random.OneIn(8))
            return new StorageResult.Failed(CrucibleError.Io("injected"), MayPass: _random.OneIn(2));
        return work switch
        {
            StorageWork.ReadVersions => new StorageResult.Versions(new Message.ExtentState[_region.ExtentCount]),
            StorageWork.Perform { Message: Message.ReadRequest m } => Read(m),
            StorageWork.Perform { Message: Message.ExtentLiveClose or Message.ExtentLiveFlushClose } =>
                new StorageResult.Extent(default),
            _ => StorageResult.Done.Instance,
        };
    }

    private StorageResult Read(Message.ReadRequest read) => read.Count is > 0 and <= BlocksReadMax
        ? new StorageResult.Blocks(new ReadBlockContext[read.Count], new byte[read.Count * _region.BlockSize])
        : new StorageResult.Failed(new CrucibleError.Plain(CrucibleErrorKind.OffsetInvalid), MayPass: false);

    private void CarryOut()
    {
        foreach (var effect in _effects)
        {
            switch (effect)
            {
                case DownstairsEffect.Send e:
                    Say(_open.Single(peer => peer.Number == e.Connection), e.Message);
                    break;
                case DownstairsEffect.Close e:
                    Assert.Equal(1, _open.RemoveAll(peer => peer.Number == e.Connection));
                    Closed.Add(e.Cause);
                    break;
                case DownstairsEffect.Execute e:
                    _work.Enqueue(e);
                    break;
                case DownstairsEffect.RetryAfter e:
                    _retries.Add(e);
                    break;
                default:
                    break;
            }
        }

        _effects.Clear();
        Assert.True(_work.Count <= DownstairsLimits.JobsInFlightMax + (int)_connections, "storage was given too much");
    }

    private void Say(Peer to, Message message)
    {
        Sent.Add(message.GetType());
        if (message is not Message.YouAreNowActive)
            return;
        to.IsActive = true;
        Assert.True(_isReadOnly || _open.Count(peer => peer.IsActive) == 1, "two upstairs are active at once");
    }

    /// <summary>Says a recorded conversation over and over.</summary>
    private sealed class Peer(ConnectionNumber number, byte[][] script)
    {
        private int _next;

        public ConnectionNumber Number => number;

        public bool IsActive { get; set; }

        public byte[] Next() => script[_next++ % script.Length];
    }
}
