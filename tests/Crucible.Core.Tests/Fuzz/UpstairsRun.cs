using System.Net;
using Crucible.Core.Tests.Upstairs;
using Crucible.Core.Upstairs;
using Crucible.Wire;
using Crucible.Wire.Tests.Fuzz;

namespace Crucible.Core.Tests.Fuzz;

/// <summary>
/// One region set with three servers that answer as the protocol says, except that some answers are changed on their
/// way. What the guest reads may be wrong then; what must hold is that nothing throws, that nobody is answered twice,
/// and that everybody is answered once the region set is let go.
/// </summary>
internal sealed class UpstairsRun
{
    private readonly Bench _bench;
    private readonly Dictionary<IPEndPoint, ModelDownstairs> _servers = [];
    private readonly Dictionary<IPEndPoint, ModelDownstairs> _byRepairAddress = [];
    private readonly int[] _delivered = new int[ProtocolLimits.Slots];
    private readonly Queue<Message>[] _replies = [new(), new(), new()];
    private SeededRandom _random;

    /// <summary>One answer in so many is changed: few changes go deep, where a repair has gone well, many go wide.</summary>
    private readonly int _changedOneIn;

    public UpstairsRun(ulong seed, long run)
    {
        _random = new SeededRandom(seed, run);
        _changedOneIn = _random.OneIn(4) ? 500 : 2 + _random.Below(60);
        _bench = new Bench(readOnly: _random.OneIn(5), quorum: 2 + _random.Below(2));
        for (var slot = 0; slot < ProtocolLimits.Slots; slot++)
            AddServer(slot + 1, Bench.Definition(slot));
    }

    /// <summary>Bytes that the servers sent.</summary>
    public long Bytes { get; private set; }

    public int Activations { get; private set; }

    public int Lost { get; private set; }

    public int Count(UpstairsNote kind) => _bench.Notes.Count(note => note.Kind == kind);

    /// <summary>Changed answers that were messages still.</summary>
    public int Changed { get; private set; }

    /// <summary>The last frame that was delivered, for a failure's report.</summary>
    public byte[] Last { get; private set; } = [];

    public void Play(int steps)
    {
        for (; steps > 0; steps--)
        {
            if (_bench.State is UpstairsState.Initializing or UpstairsState.Disabled)
                _bench.Activate(_bench.Status.Generation.Value + 1);
            while (_bench.Seals.TryDequeue(out var seal))
                _bench.Do(Bench.Sealed(seal));
            var slot = _random.Below(ProtocolLimits.Slots);
            switch (_random.Below(100))
            {
                // Each takes nine steps of progress, and more work than is done would leave no room for repair.
                case < 2:
                    _bench.Write((ulong)_random.Below(36), (ulong)(1 + _random.Below(4)), (byte)steps);
                    break;
                case < 4:
                    _bench.Read((ulong)_random.Below(36), (ulong)(1 + _random.Below(4)));
                    break;
                case < 5:
                    _bench.Flush();
                    break;
                case < 90:
                    Progress(slot);
                    break;
                case < 94:
                    Reconnect(slot);
                    break;
                case < 98:
                    _bench.AutoFlushDue(TimeSpan.FromMilliseconds(_random.Below(1000)));
                    break;
                case 98 when _random.OneIn(8):
                    _bench.Deactivate();
                    break;
                case 98 when _random.OneIn(8):
                    Replace(slot);
                    break;
                case 98 when _bench.Grace is { } grace:
                    _bench.Do(new UpstairsInput.GraceOver(grace));
                    break;
                case 99 when _bench.IsConnected(slot) && _random.OneIn(4):
                    // A server that loses its power forgets what was not flushed, so that copies come to differ.
                    if (_random.OneIn(2))
                        ServerOf(slot).Crash(_ => false);
                    Lose(slot, malformed: false);
                    break;
                default:
                    break;
            }

            Activations += _bench.Effects.OfType<UpstairsEffect.ActivationAnswered>().Count(a => a.Error is null);
        }
    }

    /// <summary>Lets go of the servers. Whoever asked for anything has an answer then.</summary>
    public void Settle()
    {
        _bench.Do(new UpstairsInput.ForceDeactivate());
        Assert.True(_bench.State is UpstairsState.Initializing or UpstairsState.Disabled, $"{_bench.State}");
        Assert.All(_bench.Asked, request => Assert.False(_bench.IsOpen(request), $"{request} was never answered"));
    }

    /// <summary>One small thing that happens on a slot's connection.</summary>
    private void Progress(int slot)
    {
        if (_bench.IsDialling(slot))
        {
            _delivered[slot] = 0;
            _replies[slot].Clear();
            ServerOf(slot).Connect();
            _bench.Connected(slot);
        }
        else if (_bench.IsConnected(slot))
        {
            if (_replies[slot].TryDequeue(out var reply))
                Deliver(slot, reply);
            else
                Serve(slot);
        }
    }

    private void Serve(int slot)
    {
        try
        {
            var sent = _bench.Sent(slot);
            var answer = _delivered[slot] < sent.Count
                ? ServerOf(slot).Receive(sent[_delivered[slot]++])
                : ServerOf(slot).RunOne(_random.Below);
            if (answer is not null)
                _replies[slot].Enqueue(answer);
        }
        catch (InvalidOperationException)
        {
            // After a changed answer the two may disagree about where they are; a server closes then.
            Lose(slot, malformed: false);
        }
    }

    private void Deliver(int slot, Message reply)
    {
        Last = MutatedTraffic.Encode(reply);
        if (!_random.OneIn(_changedOneIn))
        {
            Bytes += Last.Length;
            _bench.Say(slot, reply);
        }
        else if (MutatedTraffic.TryMutate(ref _random, Last, out var bytes, out var message))
        {
            Bytes += bytes;
            Changed++;
            Last = MutatedTraffic.Encode(message);
            MutatedTraffic.Measured(bytes, () => _bench.Say(slot, message));
        }
        else
        {
            Bytes += bytes;
            Lose(slot, malformed: true);
        }
    }

    private void Reconnect(int slot)
    {
        if (!_bench.IsDialling(slot) && !_bench.IsConnected(slot) && _bench.Delayed(slot) is not null)
            _bench.ReconnectDue(slot);
    }

    private void Replace(int slot)
    {
        var port = _servers.Count + 1;
        AddServer(port, Bench.Definition(port % 10));
        _bench.Replace(_bench.Slot(slot).Target, Bench.At(port));
    }

    private ModelDownstairs ServerOf(int slot) => _servers[_bench.Slot(slot).Target];

    private void AddServer(int port, RegionDefinition region)
    {
        var repair = Bench.At(1000 + port);
        _servers[Bench.At(port)] = _byRepairAddress[repair] =
            new ModelDownstairs(region, repair, address => _byRepairAddress.GetValueOrDefault(address));
    }

    private void Lose(int slot, bool malformed)
    {
        Lost++;
        _bench.Lose(slot, malformed);
    }
}
