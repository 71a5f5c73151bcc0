using Crucible.Net.Regions;
using Crucible.Wire;

namespace Crucible.Net.Tests.Regions;

public sealed class RegionCrashTests : IDisposable
{
    private const int BlockCount = 30;
    private const int ExtentBlocks = 10;
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Process_that_dies_keeps_every_write_it_answered()
    {
        var region = Make(new PowerLoss());
        region.Write(0, 1, 2);
        region.Flush(1, 1);
        region.Write(1, 3);
        region.Write(10, 4);
        region.Dispose();

        using var again = Region.Open(_directory["region"], readOnly: false);

        Assert.Equal([1, 3], again.Read(0, 2));
        Assert.Equal([(byte?)4], again.Read(10, 1));
        Assert.Equal([Blocks.State(1, 1, true), Blocks.State(0, 0, true), default], again.Versions());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4096)]
    [InlineData(64 * 1024)]
    [InlineData(1024 * 1024)]
    public void Power_loss_at_any_point_leaves_each_block_old_or_new_and_no_flushed_write_lost(int journalBytesMax)
    {
        for (var seed = 0; seed < 40; seed++)
        {
            try
            {
                LosePower(seed, journalBytesMax);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Seed {seed} with a journal of {journalBytesMax}.", e);
            }
        }
    }

    /// <summary>One life with random writes and flushes, a loss at a random sync or at the end, and what is found
    /// then.</summary>
    private void LosePower(int seed, int journalBytesMax)
    {
        var random = new Random(seed);
        var disk = new PowerLoss();
        var root = _directory[$"region-{seed}-{journalBytesMax}"];
        var lost = root + "-lost";
        var options = new RegionOptions { JournalBytesMax = journalBytesMax, Sync = disk };
        Region.Create(root, Blocks.Small, options);
        var model = new Model();
        using (var region = Region.Open(root, readOnly: false, expected: null, options))
        {
            if (random.Next(2) == 0)
                disk.SyncsLeft = random.Next(12);
            try
            {
                for (var step = random.Next(60); step > 0; step--)
                    model.Step(region, random);
            }
            catch (RegionIoException)
            {
                // The copy of an extent may fail without harm to the rest; anything else was promised to.
                Assert.True(region.Poison is not null || disk.SyncsLeft < 0);
            }
            disk.CopyAfterLoss(root, lost, random);
        }

        // Opened twice: the second opening finds what the first one made of it.
        for (var opening = 0; opening < 2; opening++)
        {
            using var found = Region.Open(lost, readOnly: false);
            model.Check(found);
        }
        Directory.Delete(root, recursive: true);
        Directory.Delete(lost, recursive: true);
    }

    [Fact]
    public void Journal_cut_anywhere_behind_the_last_flush_opens_with_everything_flushed()
    {
        using (var region = Make(new PowerLoss()))
        {
            region.Write(0, 1, 2, 3);
            region.Flush(1, 1);
        }
        var flushedEnd = new FileInfo(_directory["region/journal"]).Length;
        using (var region = Region.Open(_directory["region"], readOnly: false))
        {
            region.Write(0, 1, 2, 3);
            region.Flush(1, 2);
            region.Write(1, 9, 9);
        }
        var whole = File.ReadAllBytes(_directory["region/journal"]);
        Assert.True(whole.Length > flushedEnd);

        for (var length = (int)flushedEnd; length < whole.Length; length += 37)
        {
            File.WriteAllBytes(_directory["region/journal"], whole[..length]);
            using var region = Region.Open(_directory["region"], readOnly: true);
            Assert.Equal([1, 2, 3], region.Read(0, 3));
            Assert.Equal(Blocks.State(1, 2, false), region.Versions()[0]);
        }
    }

    [Fact]
    public void Guest_data_that_looks_like_a_journal_record_is_never_taken_for_one()
    {
        // Goal: a guest cannot plant a write by writing what an old journal held.
        // Method: copy the journal's own first record, as data, to where the next record would start.
        using (var region = Make(new PowerLoss()))
            region.Write(0, 7);
        var record = File.ReadAllBytes(_directory["region/journal"])[8192..];
        using (var region = Region.Open(_directory["region"], readOnly: false))
        {
            region.Write(0, 8);
            region.Flush(1, 1);
        }
        var journal = File.ReadAllBytes(_directory["region/journal"]);
        File.WriteAllBytes(_directory["region/journal"], [.. journal[..8192], .. record]);

        using var again = Region.Open(_directory["region"], readOnly: true);

        // The flush is gone with its record, but nothing of the old life has come back.
        Assert.Equal([(byte?)7], again.Read(0, 1));
        Assert.Equal(Blocks.State(0, 0, true), again.Versions()[0]);
    }

    [Fact]
    public void Failed_sync_is_never_followed_by_a_promise()
    {
        var disk = new PowerLoss();
        using var region = Make(disk);
        region.Write(0, 1);
        disk.SyncsLeft = 0;

        Assert.False(Assert.Throws<RegionIoException>(() => region.Flush(1, 1)).MayPass);
        disk.SyncsLeft = null;

        Assert.False(Assert.Throws<RegionIoException>(() => region.Flush(1, 2)).MayPass);
        Assert.Throws<RegionIoException>(() => region.Write(0, 2));
        Assert.Throws<RegionIoException>(() => region.CloseExtent(new(0)));
        Assert.Equal(Blocks.State(0, 0, true), region.Versions()[0]);
        Assert.NotNull(region.Poison);
        Assert.Equal([(byte?)1], region.Read(0, 1));
    }

    [Fact]
    public void Region_is_usable_again_after_a_failed_sync_once_opened_anew()
    {
        var disk = new PowerLoss();
        using (var region = Make(disk))
        {
            region.Write(0, 1);
            disk.SyncsLeft = 0;
            Assert.Throws<RegionIoException>(() => region.Flush(1, 1));
        }

        using var again = Region.Open(_directory["region"], readOnly: false);

        again.Write(0, 2);
        again.Flush(1, 2);
        Assert.Equal([(byte?)2], again.Read(0, 1));
    }

    [Fact]
    public void Flush_of_many_extents_costs_one_sync()
    {
        var disk = new PowerLoss();
        using var region = Make(disk);
        region.Write(0, 1);
        region.Write(10, 1);
        region.Write(20, 1);
        var before = disk.Syncs;

        region.Flush(1, 1);

        Assert.Equal(1, disk.Syncs - before);
        region.Flush(1, 2);
        Assert.Equal(1, disk.Syncs - before);
    }

    [Fact]
    public void Closing_what_was_just_flushed_costs_one_sync_of_the_extent_and_one_of_the_journal()
    {
        var disk = new PowerLoss();
        using var region = Make(disk);
        region.Write(0, 1);
        region.Flush(1, 1);
        var before = disk.Syncs;

        region.CloseExtent(new(0));

        Assert.Equal(2, disk.Syncs - before);
    }

    private Region Make(PowerLoss disk)
    {
        var options = new RegionOptions { Sync = disk };
        Region.Create(_directory["region"], Blocks.Small, options);
        return Region.Open(_directory["region"], readOnly: false, expected: null, options);
    }

    /// <summary>What each block may hold after a loss, and what each extent may say of itself.</summary>
    private sealed class Model
    {
        private readonly byte?[] _now = new byte?[BlockCount];
        private readonly HashSet<byte?>[] _possible = [.. Enumerable.Range(0, BlockCount).Select(_ => new HashSet<byte?> { null })];

        /// <summary>The content of an extent at each flush that may be the last durable one.</summary>
        private readonly Dictionary<(int Extent, Message.ExtentState State), byte?[]> _flushed = [];
        private ulong _flush;
        private byte _fill;

        public Model()
        {
            for (var e = 0; e < BlockCount / ExtentBlocks; e++)
                _flushed[(e, default)] = new byte?[ExtentBlocks];
        }

        public void Step(Region region, Random random)
        {
            var start = random.Next(BlockCount);
            var fills = new byte[random.Next(1, Math.Min(6, BlockCount - start + 1))];
            for (var i = 0; i < fills.Length; i++)
                fills[i] = ++_fill;
            switch (random.Next(6))
            {
                case 0:
                    Flush(region);
                    break;
                case 1:
                    WillWrite(start, fills, onlyUnwritten: true);
                    region.WriteUnwritten((ulong)start, fills);
                    break;
                case 2 when random.Next(4) == 0:
                    Replace(region, start / ExtentBlocks, random);
                    break;
                case 3 when random.Next(4) == 0:
                    var extent = new ExtentId((uint)(start / ExtentBlocks));
                    region.CloseExtent(extent);
                    region.ReopenExtent(extent);
                    break;
                default:
                    WillWrite(start, fills, onlyUnwritten: false);
                    if (random.Next(2) == 0 || !region.TryWriteTogether((ulong)start, fills))
                        region.Write((ulong)start, fills);
                    break;
            }
        }

        public void Check(Region found)
        {
            var blocks = found.Read(0, BlockCount);
            for (var i = 0; i < BlockCount; i++)
                Assert.Contains(blocks[i], _possible[i]);
            var states = found.Versions();
            for (var e = 0; e < states.Length; e++)
            {
                if (!states[e].Dirty)
                    Assert.Equal(_flushed[(e, states[e])], blocks[(e * ExtentBlocks)..((e + 1) * ExtentBlocks)]);
            }
        }

        // As a repair does it: the whole extent comes from another copy, with its numbers.
        private void Replace(Region region, int extent, Random random)
        {
            var content = new byte?[ExtentBlocks];
            for (var i = 0; i < content.Length; i++)
                content[i] = random.Next(3) == 0 ? null : ++_fill;
            var state = Blocks.State(1, ++_flush, false);
            region.CloseExtent(new((uint)extent));
            WillBeReplaced(extent, content, state);
            try
            {
                using var copy = region.BeginCopy(new((uint)extent));
                var file = new MemoryStream(Blocks.ExtentFile(content, state));
                Assert.Null(copy.ReceiveAsync(file, () => { }, CancellationToken.None).GetAwaiter().GetResult());
                copy.Commit();
            }
            finally
            {
                region.ReopenExtent(new((uint)extent));
            }
            WasReplaced(extent, content, state);
        }

        private void WillBeReplaced(int extent, byte?[] content, Message.ExtentState state)
        {
            _flushed[(extent, state)] = content;
            for (var i = 0; i < ExtentBlocks; i++)
                _possible[(extent * ExtentBlocks) + i].Add(content[i]);
        }

        private void WasReplaced(int extent, byte?[] content, Message.ExtentState state)
        {
            foreach (var stale in _flushed.Keys.Where(k => k.Extent == extent && k.State != state).ToArray())
                _flushed.Remove(stale);
            for (var i = 0; i < ExtentBlocks; i++)
            {
                var block = (extent * ExtentBlocks) + i;
                _now[block] = content[i];
                _possible[block].Clear();
                _possible[block].Add(content[i]);
            }
        }

        // Before the attempt, since a write that fails half-way may have happened.
        private void WillWrite(int start, byte[] fills, bool onlyUnwritten)
        {
            for (var i = 0; i < fills.Length; i++)
            {
                if (onlyUnwritten && _now[start + i] is not null)
                    continue;
                _now[start + i] = fills[i];
                _possible[start + i].Add(fills[i]);
            }
        }

        private void Flush(Region region)
        {
            _flush++;
            var states = region.Versions();
            for (var e = 0; e < states.Length; e++)
            {
                if (states[e].Dirty)
                    _flushed[(e, Blocks.State(1, _flush, false))] = _now[(e * ExtentBlocks)..((e + 1) * ExtentBlocks)];
            }
            region.Flush(1, _flush);
            // It said yes, so nothing older may come back.
            for (var i = 0; i < BlockCount; i++)
            {
                _possible[i].Clear();
                _possible[i].Add(_now[i]);
            }
            for (var e = 0; e < states.Length; e++)
            {
                if (!states[e].Dirty)
                    continue;
                foreach (var stale in _flushed.Keys.Where(k => k.Extent == e && k.State.FlushNumber.Value < _flush).ToArray())
                    _flushed.Remove(stale);
            }
        }
    }
}
