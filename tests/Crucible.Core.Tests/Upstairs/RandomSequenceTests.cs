using System.Net;
using Crucible.Core.Upstairs;
using Crucible.Wire;

namespace Crucible.Core.Tests.Upstairs;

/// <summary>
/// Safety: a read returns what was last written before it, or meanwhile, no matter which copy answers and what was lost meanwhile,
/// and nobody is answered twice. Liveness: once faults stop, everybody is answered and the region set can be let go.
/// </summary>
public class RandomSequenceTests
{
    public static TheoryData<int, bool> Runs()
    {
        var data = new TheoryData<int, bool>();
        for (var seed = 1; seed <= 150; seed++)
        {
            data.Add(seed, false);
            if (seed % 5 == 0)
                data.Add(seed, true);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public void Random_events_never_lose_a_write_or_an_answer(int seed, bool readOnly)
    {
        var run = new Run(seed, readOnly);
        try
        {
            run.Play(1500);
            run.Settle();
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"seed {seed}, read-only {readOnly}, step {run.Steps}: {e.Message}", e);
        }
    }

    [Fact]
    public void Random_events_reach_what_they_are_meant_to_try()
    {
        // Goal: the property above is not true merely because nothing happened.
        var (replays, faults, reads, activations) = (0, 0, 0, 0);
        for (var seed = 1; seed <= 60; seed++)
        {
            var run = new Run(seed, readOnly: false);
            run.Play(1500);
            replays += run.Replays;
            faults += run.Faults;
            reads += run.ReadsChecked;
            activations += run.Activations;
        }

        Assert.True(replays > 100 && faults > 20 && reads > 500 && activations > 60, $"{replays} {faults} {reads} {activations}");
    }

    private sealed class Run
    {
        private readonly Random _random;
        private readonly Bench _bench;
        private readonly Dictionary<IPEndPoint, ModelDownstairs> _servers = [];
        private readonly ConnectionNumber[] _seen = new ConnectionNumber[3];
        private readonly int[] _delivered = new int[3];
        private readonly Queue<Message>[] _replies = [new(), new(), new()];
        private readonly byte[] _expected = new byte[40];
        private readonly Dictionary<RequestId, (int Start, HashSet<byte>[] Allowed)> _reads = [];
        private readonly bool _readOnly;
        private int _ports = 3;
        private byte _fill;

        public Run(int seed, bool readOnly)
        {
            _random = new Random(seed);
            _readOnly = readOnly;
            _bench = new Bench(readOnly);
            for (var slot = 0; slot < 3; slot++)
                _servers[Bench.At(slot + 1)] = new ModelDownstairs(Bench.Definition(slot));
        }

        public int Steps { get; private set; }

        public int Replays { get; private set; }

        public int Faults { get; private set; }

        public int ReadsChecked { get; private set; }

        public int Activations { get; private set; }

        public void Play(int steps)
        {
            for (; Steps < steps; Steps++)
            {
                if (_bench.State is UpstairsState.Initializing or UpstairsState.Disabled)
                    _bench.Activate(_bench.Status.Generation.Value + 1);
                var slot = _random.Next(3);
                switch (_random.Next(200))
                {
                    case < 14:
                        Write();
                        break;
                    case < 28:
                        Read();
                        break;
                    case < 33:
                        _bench.Flush();
                        break;
                    case < 180:
                        Progress(slot);
                        break;
                    case < 182:
                        Lose(slot);
                        break;
                    case < 194:
                        Reconnect(slot);
                        break;
                    case < 198:
                        AutoFlush();
                        break;
                    default:
                        Rarely(slot);
                        break;
                }

                Check();
            }
        }

        /// <summary>Faults stop; everything that can happen happens.</summary>
        public void Settle()
        {
            Quiet();
            if (_bench.State == UpstairsState.Active)
                _bench.Deactivate();
            Quiet();
            Assert.True(_bench.State is UpstairsState.Initializing or UpstairsState.Disabled, $"{_bench.State}");
            Assert.All(_bench.Asked, request => Assert.False(_bench.IsOpen(request)));
            Assert.Equal(0, _bench.Status.JobsBuffered);
            Assert.Equal(0UL, _bench.Status.CopiesDiffered);
        }

        private void Quiet()
        {
            for (var i = 0; i < 20_000; i++)
            {
                var moved = false;
                for (var slot = 0; slot < 3; slot++)
                    moved |= Progress(slot) || Reconnect(slot);
                Check();
                if (!moved)
                    return;
            }

            Assert.Fail("it never comes to rest");
        }

        private void Rarely(int slot)
        {
            switch (_random.Next(12))
            {
                case 0:
                    _bench.Deactivate();
                    break;
                case 1:
                    _bench.Do(new UpstairsInput.Abandon(Activation: null));
                    break;
                case 2:
                    Force();
                    break;
                case 3:
                    Replace(slot);
                    break;
                case 4 when _bench.Slot(slot).Active && _bench.Slot(slot).JobsInFlight > 0:
                    FailAJob(slot);
                    break;
                case 5 when _bench.IsConnected(slot) && _random.Next(4) == 0:
                    _bench.Say(slot, new Message.YouAreNoLongerActive(Bench.OtherIds, new Generation(99)));
                    ForgetUnflushed();
                    break;
                case 6 when _bench.IsConnected(slot):
                    _bench.Say(slot, new Message.ExtentVersions([], [], []));
                    break;
                case 7:
                    // Late news of a connection that is over.
                    _bench.Do(new UpstairsInput.Lost(Bench.Client(slot), new ConnectionNumber((ulong)_random.Next(3)), "late", false));
                    break;
                default:
                    Lose(slot);
                    break;
            }
        }

        private void Write()
        {
            var start = (ulong)_random.Next(40);
            var blocks = (ulong)_random.Next(1, Math.Min(6, 40 - (int)start) + 1);
            var request = _bench.Write(start, blocks, ++_fill == 0 ? ++_fill : _fill);
            if (_bench.ErrorOf(request) is not null)
                return;
            _expected.AsSpan((int)start, (int)blocks).Fill(_fill);

            // A read that is sent again may meet a write that came while it was under way.
            foreach (var (first, allowed) in _reads.Values)
            {
                for (var block = Math.Max((int)start, first); block < Math.Min((int)(start + blocks), first + allowed.Length); block++)
                    allowed[block - first].Add(_fill);
            }
        }

        private void Read()
        {
            var start = _random.Next(40);
            var blocks = _random.Next(1, Math.Min(6, 40 - start) + 1);
            var allowed = _expected.AsSpan(start, blocks).ToArray().Select(b => new HashSet<byte> { b }).ToArray();
            var request = _bench.Read((ulong)start, (ulong)blocks);
            if (_bench.IsOpen(request))
                _reads.Add(request, (start, allowed));
        }

        /// <summary>One small thing that a well-behaved slot does; false if there was none.</summary>
        private bool Progress(int slot)
        {
            if (_bench.IsDialling(slot))
            {
                _seen[slot] = _bench.Connection(slot);
                _delivered[slot] = 0;
                _replies[slot].Clear();
                ServerOf(slot).Connect();
                _bench.Connected(slot);
                return true;
            }

            if (!_bench.IsConnected(slot))
                return false;
            if (_replies[slot].TryDequeue(out var reply))
            {
                _bench.Say(slot, reply);
                return true;
            }

            var server = ServerOf(slot);
            if (_delivered[slot] < _bench.Sent(slot).Count && (server.Waiting.Count == 0 || _random.Next(2) == 0))
            {
                var message = _bench.Sent(slot)[_delivered[slot]++];
                Replays += message is Message.LastFlush ? 1 : 0;
                if (server.Receive(message) is { } answer)
                    _replies[slot].Enqueue(answer);
                return true;
            }

            if (server.RunOne(_random.Next) is { } done)
                _replies[slot].Enqueue(done);
            else if (_delivered[slot] == _bench.Sent(slot).Count)
                return Idle(server);
            return true;
        }

        private static bool Idle(ModelDownstairs server)
        {
            Assert.True(server.Waiting.Count == 0, $"a server waits for ever with {server.Waiting.Count} jobs");
            return false;
        }

        private bool Reconnect(int slot)
        {
            if (_bench.IsDialling(slot) || _bench.IsConnected(slot) || _bench.Delayed(slot) is null)
                return false;
            _bench.ReconnectDue(slot);
            return _bench.IsDialling(slot);
        }

        private void Lose(int slot)
        {
            if (!_bench.IsConnected(slot) && !_bench.IsDialling(slot))
                return;
            if (_random.Next(2) == 0)
                ServerOf(slot).Crash();
            _bench.Lose(slot);
        }

        private void FailAJob(int slot)
        {
            var waiting = ServerOf(slot).Waiting;
            if (waiting.Count == 0)
                return;
            _bench.Ack(slot, ModelDownstairs.IdOf(waiting[0])!.Value, CrucibleError.Io("disk"));
            Faults++;
        }

        private void Replace(int slot)
        {
            var (old, next) = (_bench.Slot(slot).Target, Bench.At(++_ports));
            if (_bench.Replace(old, next) is ReplaceOutcome.Started)
                _servers[next] = new ModelDownstairs(Bench.Definition(_ports % 10));
        }

        private void Force()
        {
            _bench.Do(new UpstairsInput.ForceDeactivate());
            ForgetUnflushed();
        }

        private void AutoFlush()
        {
            _bench.AutoFlushDue(TimeSpan.FromSeconds(_random.NextDouble()));
        }

        /// <summary>Unflushed writes may be lost now, so the next activation decides what the content is.</summary>
        private void ForgetUnflushed() => _reads.Clear();

        private void Check()
        {
            foreach (var (request, answer) in _bench.Answers.Where(a => _reads.ContainsKey(a.Key)).ToArray())
            {
                _reads.Remove(request, out var read);
                if (answer is not UpstairsEffect.ReadAnswered good)
                    continue;
                ReadsChecked++;
                for (var i = 0; i < read.Allowed.Length; i++)
                    Assert.Contains(good.Data.Span[i * Bench.BlockSize], read.Allowed[i]);
            }

            if (_bench.Effects.OfType<UpstairsEffect.ActivationAnswered>().Any(a => a.Error is null))
                OnActive();
            if (_bench.Effects.OfType<UpstairsEffect.ActivationAnswered>().Any(a => a.Error is CrucibleError.WithText { Text: var why } && why.Contains("differ", StringComparison.Ordinal)))
                RepairByHand();
            foreach (var slot in _bench.Status.Slots)
            {
                if (!slot.Active && slot.Mode != SlotMode.Offline)
                    Assert.Equal(0, slot.JobsInFlight);
            }
        }

        /// <summary>Every copy in service is the same, whichever way it came there.</summary>
        private void OnActive()
        {
            Activations++;
            var copies = Enumerable.Range(0, 3).Where(s => _bench.Slot(s).Active).Select(s => ServerOf(s).Blocks).ToArray();
            for (ulong block = 0; block < 40; block++)
            {
                var contents = copies.Select(c => c.TryGetValue(block, out var data) ? data[0] : (byte)0).Distinct().ToArray();
                Assert.Single(contents);
                if (!_readOnly)
                    _expected[block] = contents[0];
            }
        }

        /// <summary>So that a run goes on after copies came to differ: the machine cannot repair them yet.</summary>
        private void RepairByHand()
        {
            var best = Enumerable.Range(0, 3).MaxBy(s => _bench.Slot(s).InSync ? 1 : 0);
            for (var slot = 0; slot < 3; slot++)
                ServerOf(slot).BecomeCopyOf(ServerOf(best), _bench.Status.Generation);
        }

        private ModelDownstairs ServerOf(int slot) => _servers[_bench.Slot(slot).Target];
    }
}
