using Crucible.Core.Upstairs;
using Crucible.Core.Volumes;
using Crucible.Net.Upstairs;
using Crucible.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace Crucible.Net.Tests.Upstairs;

/// <summary>Reconciliation, live repair and encryption with servers of this project, over sockets and disks.</summary>
public class RegionSetRepairTests
{
    private const int BlockSize = ServedDisk.BlockSize;
    private const int Blocks = 400;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly UpstairsId Id = new(Guid.NewGuid());
    private static readonly EncryptionKey Key = new(Convert.ToBase64String(Enumerable.Range(0, 32).Select(i => (byte)i).ToArray()));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Copies_that_differ_are_reconciled_and_hold_the_newest(bool encrypted)
    {
        await using var disks = new ServedDisks(encrypted);
        var watch = new StatusWatch();
        await using (var set = Make(disks, watch, encrypted))
        {
            Assert.Null((await Activate(set, 1)).Error);
            await WriteAll(set, 1);
            Assert.Null((await set.FlushAsync(None).AsTask().WaitAsync(Patience)).Error);
            await disks.All[1].StopAsync();
            await watch.Until(s => !s.Slots[1].Active);
            await WriteAll(set, 2);
            Assert.Null((await set.FlushAsync(None).AsTask().WaitAsync(Patience)).Error);
        }

        await disks.All[1].StartAsync();
        await using var next = Make(disks, new StatusWatch(), encrypted);
        Assert.Null((await Activate(next, 5)).Error);
        await AssertHolds(next, 2);
        await AssertEachCopyHolds(disks, next, 2);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Replaced_server_is_made_whole_while_a_guest_writes_and_reads(bool encrypted)
    {
        await using var disks = new ServedDisks(encrypted);
        await using var spare = new ServedDisk(encrypted);
        var watch = new StatusWatch();
        await using var set = Make(disks, watch, encrypted);
        Assert.Null((await Activate(set, 1)).Error);
        await WriteAll(set, 1);
        using var enough = new CancellationTokenSource();
        var guest = WriteAndReadUntil(set, enough.Token);

        Assert.IsType<ReplaceOutcome.Started>(await set.ReplaceAsync(disks.All[0].Address, spare.Address, None));
        await watch.Until(s => s.Slots[0].Active && s.LastReplacement is { InSync: true });
        Assert.IsType<ReplaceOutcome.CompletedAlready>(await set.ReplaceAsync(disks.All[0].Address, spare.Address, None));
        await enough.CancelAsync();
        await guest.WaitAsync(Patience);
        Assert.Equal(1UL, set.Status.Slots[0].LiveRepairsCompleted);
        await set.DeactivateAsync(Patience, None).WaitAsync(Patience);

        await disks.All[0].StopAsync();
        Assert.Null((await Activate(set, 2)).Error);
        Assert.Equal(0UL, set.Status.ReconciliationsAborted);
        await WriteAll(set, 7);
        await AssertHolds(set, 7);
    }

    [Fact]
    public async Task Newer_upstairs_takes_over_in_the_middle_of_a_repair_and_finds_everything()
    {
        await using var disks = new ServedDisks();
        await using var spare = new ServedDisk();
        var watch = new StatusWatch();
        await using var older = Make(disks, watch, encrypted: false);
        Assert.Null((await Activate(older, 1)).Error);
        await WriteAll(older, 5);
        Assert.Null((await older.FlushAsync(None).AsTask().WaitAsync(Patience)).Error);
        Assert.IsType<ReplaceOutcome.Started>(await older.ReplaceAsync(disks.All[1].Address, spare.Address, None));
        await watch.Until(s => s.Slots[1].Step is SlotStep.LiveRepair || s.Slots[1].LiveRepairsCompleted > 0);

        await using var newer = new RegionSet(
            new RegionSetOptions(
                Id, [disks.All[0].Address, spare.Address, disks.All[2].Address], BlockSize, ServedDisk.BlocksPerExtent,
                ServedDisk.ExtentCount, ReadOnly: false, RegionSetOptions.DefaultFlushTimeout),
            new Generation(5), new SessionId(Guid.NewGuid()), TimeProvider.System, NullLogger.Instance);
        Assert.Null((await Activate(newer, 5)).Error);
        await watch.Until(s => s.State == UpstairsState.Disabled);
        await AssertHolds(newer, 5);
    }

    [Fact]
    public async Task Large_write_and_a_small_one_over_it_keep_their_order()
    {
        // Sealing takes the large one longer; nothing may overtake it.
        await using var disks = new ServedDisks(encrypted: true);
        await using var set = Make(disks, new StatusWatch(), encrypted: true);
        Assert.Null((await Activate(set, 1)).Error);
        for (byte round = 1; round < 20; round++)
        {
            var large = set.WriteAsync(new BlockIndex(0), Pattern(0, Blocks, round), None);
            var small = set.WriteAsync(new BlockIndex(17), Pattern(0, 1, (byte)(round + 100)), None);
            Assert.Null((await large).Error);
            Assert.Null((await small).Error);
            var back = new byte[BlockSize];
            Assert.Null((await set.ReadAsync(new BlockIndex(17), back, None).AsTask().WaitAsync(Patience)).Error);
            Assert.Equal(Pattern(0, 1, (byte)(round + 100)), back);
        }
    }

    [Fact]
    public async Task Write_of_unwritten_blocks_changes_only_those_that_never_were()
    {
        await using var disks = new ServedDisks();
        await using var set = Make(disks, new StatusWatch(), encrypted: false);
        Assert.Null((await Activate(set, 1)).Error);
        Assert.Null((await set.WriteAsync(new BlockIndex(98), Pattern(98, 4, 1), None)).Error);
        Assert.Null((await set.WriteUnwrittenAsync(new BlockIndex(96), Pattern(96, 8, 2), None)).Error);
        var back = new byte[8 * BlockSize];
        Assert.Null((await set.ReadAsync(new BlockIndex(96), back, None).AsTask().WaitAsync(Patience)).Error);
        Assert.Equal([.. Pattern(96, 2, 2), .. Pattern(98, 4, 1), .. Pattern(102, 2, 2)], back);
    }

    [Fact]
    public async Task Another_key_reads_nothing_and_the_right_one_reads_again()
    {
        await using var disks = new ServedDisks(encrypted: true);
        await using (var set = Make(disks, new StatusWatch(), encrypted: true))
        {
            Assert.Null((await Activate(set, 1)).Error);
            await WriteAll(set, 3);
            await set.DeactivateAsync(Patience, None).WaitAsync(Patience);
        }

        var other = new EncryptionKey(Convert.ToBase64String(new byte[32]));
        await using (var wrong = Make(disks, new StatusWatch(), encrypted: true, other))
        {
            Assert.Null((await Activate(wrong, 2)).Error);
            var result = await wrong.ReadAsync(new BlockIndex(0), new byte[BlockSize], None).AsTask().WaitAsync(Patience);
            Assert.Equal(CrucibleErrorKind.IoError, result.Error?.Kind);
            await wrong.DeactivateAsync(Patience, None).WaitAsync(Patience);
            Assert.All(wrong.Status.Slots, slot => Assert.Equal(1UL, slot.IntegrityFailures));
            Assert.Contains("decrypt", wrong.Status.Slots[0].LastError ?? "", StringComparison.OrdinalIgnoreCase);
        }

        await using var right = Make(disks, new StatusWatch(), encrypted: true);
        Assert.Null((await Activate(right, 3)).Error);
        await AssertHolds(right, 3);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Key_and_region_must_agree(bool encrypted)
    {
        await using var disks = new ServedDisks(encrypted);
        await using var set = Make(disks, new StatusWatch(), !encrypted);
        var refused = Assert.IsType<CrucibleError.Negotiation>((await Activate(set, 1)).Error);
        Assert.Equal(new NegotiationError.EncryptionMismatch(encrypted, !encrypted), refused.Error);
    }

    private static RegionSet Make(ServedDisks disks, StatusWatch watch, bool encrypted, EncryptionKey? key = null) => new(
        new RegionSetOptions(
            Id, [.. disks.All.Select(s => s.Address)], BlockSize, ServedDisk.BlocksPerExtent, ServedDisk.ExtentCount,
            ReadOnly: false, RegionSetOptions.DefaultFlushTimeout, encrypted ? key ?? Key : null, StatusChanged: watch.Saw),
        new Generation(1), new SessionId(Guid.NewGuid()), TimeProvider.System, NullLogger.Instance);

    private static Task<ActivationResult> Activate(RegionSet set, ulong generation) =>
        set.ActivateAsync(new Generation(generation), None).WaitAsync(Patience);

    private static async Task WriteAll(RegionSet set, byte seed)
    {
        for (var block = 0; block < Blocks; block += 20)
            Assert.Null((await set.WriteAsync(new BlockIndex((ulong)block), Pattern(block, 20, seed), None)).Error);
    }

    private static async Task AssertHolds(RegionSet set, byte seed)
    {
        var data = new byte[Blocks * BlockSize];
        Assert.Null((await set.ReadAsync(new BlockIndex(0), data, None).AsTask().WaitAsync(Patience)).Error);
        Assert.True(Pattern(0, Blocks, seed).AsSpan().SequenceEqual(data));
    }

    /// <summary>With the two others stopped, only the one copy can answer.</summary>
    private static async Task AssertEachCopyHolds(ServedDisks disks, RegionSet set, byte seed)
    {
        for (var alone = 0; alone < 3; alone++)
        {
            foreach (var other in disks.All.Where(d => d != disks.All[alone]))
                await other.StopAsync();
            await AssertHolds(set, seed);
            foreach (var other in disks.All.Where(d => d != disks.All[alone]))
                await other.StartAsync();
            if (alone < 2)
            {
                await set.DeactivateAsync(TimeSpan.Zero, None).WaitAsync(Patience);
                Assert.Null((await Activate(set, 10 + (ulong)alone)).Error);
            }
        }
    }

    private static async Task WriteAndReadUntil(RegionSet set, CancellationToken enough)
    {
        var random = new Random(7);
        var rounds = 0;
        while (!enough.IsCancellationRequested || rounds < 50)
        {
            var start = random.Next(Blocks - 30);
            var data = Pattern(start, 30, (byte)++rounds);
            Assert.Null((await set.WriteAsync(new BlockIndex((ulong)start), data, None)).Error);
            var back = new byte[data.Length];
            Assert.Null((await set.ReadAsync(new BlockIndex((ulong)start), back, None).AsTask().WaitAsync(Patience)).Error);
            Assert.True(data.AsSpan().SequenceEqual(back));
        }
    }

    private static byte[] Pattern(int firstBlock, int blocks, byte seed)
    {
        var data = new byte[blocks * BlockSize];
        for (var i = 0; i < data.Length; i++)
            data[i] = (byte)((((firstBlock * BlockSize) + i) % 251) + seed);
        return data;
    }
}
