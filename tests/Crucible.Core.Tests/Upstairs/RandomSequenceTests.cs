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
            run.Play(2500);
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
        var (reconciliations, repairs, aborted) = (0, 0, 0);
        for (var seed = 1; seed <= 80; seed++)
        {
            var run = new Run(seed, readOnly: false);
            run.Play(4000);
            replays += run.Replays;
            faults += run.Faults;
            reads += run.ReadsChecked;
            activations += run.Activations;
            reconciliations += run.Reconciliations;
            repairs += run.Repairs;
            aborted += run.RepairsAborted;
        }

        Assert.True(replays > 100 && faults > 15 && reads > 500 && activations > 60, $"{replays} {faults} {reads} {activations}");
        Assert.True(reconciliations > 50 && repairs > 20 && aborted > 20, $"{reconciliations} {repairs} {aborted}");
    }

    private sealed class Run
    {
        private readonly Random _random;
        private readonly Bench _bench;
        private readonly Dictionary<IPEndPoint, ModelDownstairs> _servers = [];
        private readonly Dictionary<IPEndPoint, ModelDownstairs> _byRepairAddress = [];
        private readonly ConnectionNumber[] _seen = new ConnectionNumber[3];
        private readonly int[] _delivered = new int[3];
        private readonly Queue<Message>[] _replies = [new(), new(), new()];
        private readonly BlockHistory _history = new(40);
        private readonly Dictionary<RequestId, (int Start, HashSet<byte>[] Allowed)> _reads = [];
        private readonly List<RequestId> _flushes = [];
        private readonly bool _readOnly;
        private readonly bool _calm;
        private int _ports = 3;
        private byte _fill;

        public Run(int seed, bool readOnly)
        {
            _random = new Random(seed);
            _readOnly = readOnly;
            _calm = seed % 2 == 0;
            _bench = new Bench(readOnly);
            for (var slot = 0; slot < 3; slot++)
                AddServer(slot + 1, Bench.Definition(slot));
        }

        public int Steps { get; private set; }

        public int Replays { get; private set; }

        public int Faults { get; private set; }

        public int ReadsChecked { get; private set; }

        public int Activations { get; private set; }

        public int Reconciliations => Count(UpstairsNote.ReconciliationStarted);

        public int Repairs => Count(UpstairsNote.LiveRepairFinished);

        public int RepairsAborted => Count(UpstairsNote.LiveRepairAborted);

        public void Play(int steps)
        {
            for (; Steps < steps; Steps++)
            {
                if (_bench.State is UpstairsState.Initializing or UpstairsState.Disabled)
                    _bench.Activate(_bench.Status.Generation.Value + 1);
                var slot = _random.Next(3);
                switch (_random.Next(200))
                {
                    // Guests that never wait would leave no time for anything to end.
                    case < 33 when _calm && _bench.Status.JobsBuffered > 30:
                        Progress(slot);
                        break;
                    case < 14:
                        Write();
                        break;
                    case < 28:
                        Read();
                        break;
                    case < 33:
                        Flush();
                        break;
                    case < 180:
                        Progress(slot);
                        break;
                    case < 182:
                        if (FaultsStrike)
                            Lose(slot);
                        break;
                    case < 194:
                        Reconnect(slot);
                        break;
                    case < 198:
                        AutoFlush();
                        break;
                    default:
                        if (FaultsStrike)
                            Rarely(slot);
                        else if (_bench.Status.Slots.All(s => s.Active))
                            FailAJob(slot);
                        break;
                }

                Check();
            }
        }

        private int Count(UpstairsNote kind) => _bench.Notes.Count(note => note.Kind == kind);

        /// <summary>In every other run faults are rare enough for a live repair to end.</summary>
        private bool FaultsStrike => !_calm || _random.Next(30) == 0;

        /// <summary>Faults stop; everything that can happen happens.</summary>
        public void Settle()
        {
            Quiet();
            if (_bench.State == UpstairsState.Active)
            {
                Assert.All(_bench.Status.Slots, slot => Assert.True(slot.Active, $"{slot}"));
                _bench.Deactivate();
            }

            Quiet();
            for (var block = 0; block < 40 && _bench.Status.Slots.All(slot => slot.InSync); block++)
                Assert.Single(Enumerable.Range(0, 3).Select(s => FillOf(ServerOf(s).Blocks, block)).Distinct());
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
                if (moved)
                    continue;
                Assert.All(Enumerable.Range(0, 3).Where(_bench.IsConnected), s => Assert.Empty(ServerOf(s).Waiting));
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
                case 4 or 8 or 9 when _bench.IsConnected(slot) && _bench.Slot(slot).JobsInFlight > 0:
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
            for (var block = (int)start; block < (int)(start + blocks); block++)
                _history.Wrote(block, _fill);

            // A read that is sent again may meet a write that came while it was under way.
            foreach (var (first, allowed) in _reads.Values)
            {
                for (var block = Math.Max((int)start, first); block < Math.Min((int)(start + blocks), first + allowed.Length); block++)
                    allowed[block - first].Add(_fill);
            }
        }

        private void Flush()
        {
            var request = _bench.Flush();
            if (!_bench.IsOpen(request))
                return;
            _history.FlushAsked(request.Value);
            _flushes.Add(request);
        }

        private void Read()
        {
            var start = _random.Next(40);
            var blocks = _random.Next(1, Math.Min(6, 40 - start) + 1);
            var allowed = Enumerable.Range(start, blocks).Select(b => new HashSet<byte> { _history.Newest(b) }).ToArray();
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
                return false;
            return true;
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
                AddServer(_ports, Bench.Definition(_ports % 10));
        }

        private void AddServer(int port, RegionDefinition region)
        {
            var repair = Bench.At(1000 + port);
            _servers[Bench.At(port)] = _byRepairAddress[repair] =
                new ModelDownstairs(region, repair, address => _byRepairAddress.GetValueOrDefault(address));
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

            foreach (var request in _flushes.FindAll(r => !_bench.IsOpen(r)))
            {
                _history.FlushAnswered(request.Value, _bench.ErrorOf(request) is null);
                _flushes.Remove(request);
            }

            var mended = _bench.Effects.OfType<UpstairsEffect.Note>().Any(n => n.Kind == UpstairsNote.ReconciliationFinished);
            if (mended || (_readOnly && _bench.Effects.OfType<UpstairsEffect.ActivationAnswered>().Any(a => a.Error is null)))
                OnActive();
            foreach (var slot in _bench.Status.Slots)
            {
                if (!slot.Active && slot.Mode != SlotMode.Offline && slot.Step != SlotStep.LiveRepair)
                    Assert.Equal(0, slot.JobsInFlight);
            }
        }

        /// <summary>Every copy in service is the same, whichever way it came there, and holds all that was flushed.</summary>
        private void OnActive()
        {
            Activations++;
            var copies = Enumerable.Range(0, 3).Where(s => _bench.Slot(s).Active).Select(s => ServerOf(s).Blocks).ToArray();
            for (var block = 0; block < 40; block++)
            {
                var contents = copies.Select(c => FillOf(c, block)).Distinct().ToArray();
                Assert.Single(contents);
                if (!_readOnly)
                    Assert.True(_history.Settled(block, contents[0]), $"block {block} is {contents[0]}, may be {_history.Describe(block)}");
            }
        }

        private static byte FillOf(Dictionary<ulong, byte[]> blocks, int block) =>
            blocks.TryGetValue((ulong)block, out var data) ? data[0] : (byte)0;

        private ModelDownstairs ServerOf(int slot) => _servers[_bench.Slot(slot).Target];
    }
}
