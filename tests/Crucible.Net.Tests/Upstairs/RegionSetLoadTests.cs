using Crucible.Core.Upstairs;
using Crucible.Net.Upstairs;
using Crucible.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace Crucible.Net.Tests.Upstairs;

/// <summary>Many guests at once: messages and buffers are used again all the time, and a server comes and goes.</summary>
public sealed class RegionSetLoadTests
{
    private const int Guests = 16;
    private const int RoundsEach = 300;
    private const int BlocksEach = 4;
    private const int RestartsOfAServer = 4;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Guests_read_what_they_wrote_while_a_server_comes_and_goes()
    {
        // Goal: an object that is used again is never still in use: not by a connection that is ending, nor by a replay.
        // Method: each guest has blocks of its own and checks every byte of what it reads; meanwhile one server stops
        // and starts, with frames on their way.
        await using var disks = new ServedDisks();
        var (time, watch) = (new ManualTime(), new StatusWatch());
        await using var set = new RegionSet(
            new RegionSetOptions(
                new UpstairsId(Guid.NewGuid()), [.. disks.All.Select(d => d.Address)], ServedDisk.BlockSize,
                ServedDisk.BlocksPerExtent, ServedDisk.ExtentCount, ReadOnly: false, TimeSpan.FromMilliseconds(100),
                StatusChanged: watch.Saw),
            new Generation(1), new SessionId(Guid.NewGuid()), time, NullLogger.Instance);
        Assert.True((await set.ActivateAsync(null, None).WaitAsync(Patience)).IsActive);

        var restarting = RestartAsync(disks.All[1], time, watch);
        var guests = Enumerable.Range(0, Guests).Select(number => Task.Run(() => GuestAsync(set, number, restarting)));

        await Task.WhenAll(guests).WaitAsync(2 * Patience);
        await restarting;
        Assert.Equal(UpstairsState.Active, set.Status.State);
    }

    private static async Task RestartAsync(ServedDisk disk, ManualTime time, StatusWatch watch)
    {
        for (var i = 0; i < RestartsOfAServer; i++)
        {
            await disk.StopAsync();
            await watch.Until(s => !s.Slots[1].Active && s.Slots[1].WaitingFor is { } w
                && w.Contains("again", StringComparison.Ordinal));
            await disk.StartAsync();
            time.Advance(ProtocolLimits.ReconnectDelay);
            await watch.Until(s => s.Slots[1].Active);
        }
    }

    /// <summary>At least so many rounds, and until the server is back for good.</summary>
    private static async Task GuestAsync(RegionSet set, int number, Task restarting)
    {
        var random = new Random(number);
        var (written, read) = (new byte[BlocksEach * ServedDisk.BlockSize], new byte[BlocksEach * ServedDisk.BlockSize]);
        for (var round = 0; round < RoundsEach || !restarting.IsCompleted; round++)
        {
            var (first, count) = (random.Next(BlocksEach), 1);
            count += random.Next(BlocksEach - first);
            var part = new Range(first * ServedDisk.BlockSize, (first + count) * ServedDisk.BlockSize);
            var start = new BlockIndex((ulong)((number * BlocksEach) + first));
            random.NextBytes(written.AsSpan(part));
            Assert.True((await set.WriteAsync(start, written.AsMemory(part), None)).IsOk);
            if (round % 50 == 0)
                Assert.True((await set.FlushAsync(None)).IsOk);

            Assert.True((await set.ReadAsync(new BlockIndex((ulong)(number * BlocksEach)), read, None)).IsOk);
            Assert.True(read.AsSpan().SequenceEqual(written), $"guest {number}, round {round}");
        }
    }
}
