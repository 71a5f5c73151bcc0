using Crucible.Core.Upstairs;
using Crucible.Net.Upstairs;
using Crucible.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace Crucible.Net.Tests.Upstairs;

/// <summary>The upstairs with three servers of this project, over sockets and disks.</summary>
public class RegionSetOnDiskTests
{
    private const int BlockSize = 512;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly UpstairsId Id = new(Guid.NewGuid());

    [Fact]
    public async Task What_was_written_and_flushed_survives_letting_go_and_a_restart_of_all_servers()
    {
        await using var servers = new ServedDisks();
        await using var set = Make(servers);
        Assert.True((await Activate(set, 1)).IsActive);
        var data = Pattern(40 * BlockSize, 1);
        Assert.True((await set.WriteAsync(new BlockIndex(5), data, None)).IsOk);
        Assert.True((await set.FlushAsync(None).AsTask().WaitAsync(Patience)).IsOk);
        await set.DeactivateAsync(Patience, None).WaitAsync(Patience);
        foreach (var server in servers.All)
        {
            await server.StopAsync();
            await server.StartAsync();
        }

        Assert.Equal(CrucibleErrorKind.NegotiationError, (await Activate(set, 1)).Error?.Kind);
        Assert.True((await Activate(set, 2)).IsActive);
        Assert.Equal(data, await Read(set, 5, 40));
    }

    [Fact]
    public async Task Server_stopped_under_load_and_started_again_ends_with_the_same_copy()
    {
        await using var servers = new ServedDisks();
        var watch = new StatusWatch();
        var time = new ManualTime();
        await using var set = Make(servers, time, watch);
        Assert.True((await Activate(set, 1)).IsActive);
        await WriteEach(set, 0, 50);
        await servers.All[1].StopAsync();
        await WriteEach(set, 50, 100);
        Assert.True((await set.FlushAsync(None).AsTask().WaitAsync(Patience)).IsOk);
        await watch.Until(s => s.Slots[1] is { Mode: SlotMode.Offline, WaitingFor: { } w }
            && w.Contains("again", StringComparison.Ordinal));
        await servers.All[1].StartAsync();
        time.Advance(ProtocolLimits.ReconnectDelay);
        await watch.Until(s => s.Slots[1].Active);
        await set.DeactivateAsync(Patience, None).WaitAsync(Patience);

        // Activation compares the three copies: it would refuse if they were not equal.
        Assert.True((await Activate(set, 2)).IsActive);
        for (var block = 0; block < 100; block++)
            Assert.Equal(Pattern(BlockSize, (byte)block), await Read(set, (ulong)block, 1));
    }

    [Fact]
    public async Task Newer_generation_takes_over_and_the_older_is_fenced()
    {
        await using var servers = new ServedDisks();
        var watch = new StatusWatch();
        await using var older = Make(servers, watch: watch);
        await using var newer = Make(servers);
        Assert.True((await Activate(older, 1)).IsActive);
        Assert.True((await Activate(newer, 2)).IsActive);
        await watch.Until(s => s.State == UpstairsState.Disabled);
        Assert.Equal(CrucibleErrorKind.NoLongerActive, older.Status.DisabledBy?.Kind);
        Assert.True((await newer.WriteAsync(new BlockIndex(0), Pattern(BlockSize, 9), None)).IsOk);
        Assert.Equal(Pattern(BlockSize, 9), await Read(newer, 0, 1));
    }

    [Fact]
    public async Task Dead_server_is_replaced_by_an_empty_one_and_a_fresh_volume_activates_at_once()
    {
        await using var servers = new ServedDisks();
        await using var spare = new ServedDisk();
        await servers.All[2].StopAsync();
        var watch = new StatusWatch();
        await using var set = Make(servers, new ManualTime(), watch);
        var activation = set.ActivateAsync(new Generation(1), None);
        await watch.Until(s => s.Slots[2].LastError is not null);
        var outcome = await set.ReplaceAsync(servers.All[2].Address, spare.Address, None).WaitAsync(Patience);
        Assert.IsType<ReplaceOutcome.Started>(outcome);
        Assert.True((await activation.WaitAsync(Patience)).IsActive);
    }

    private static RegionSet Make(ServedDisks servers, TimeProvider? time = null, StatusWatch? watch = null) => new(
        new RegionSetOptions(
            Id, [.. servers.All.Select(s => s.Address)], BlockSize, 100, 4, ReadOnly: false,
            RegionSetOptions.DefaultFlushTimeout, StatusChanged: watch is null ? null : watch.Saw),
        new Generation(1), new SessionId(Guid.NewGuid()), time ?? TimeProvider.System, NullLogger.Instance);

    private static Task<ActivationResult> Activate(RegionSet set, ulong generation) =>
        set.ActivateAsync(new Generation(generation), None).WaitAsync(Patience);

    private static async Task WriteEach(RegionSet set, int from, int to)
    {
        for (var block = from; block < to; block++)
        {
            var result = await set.WriteAsync(new BlockIndex((ulong)block), Pattern(BlockSize, (byte)block), None);
            Assert.True(result.IsOk);
        }
    }

    private static async Task<byte[]> Read(RegionSet set, ulong start, int blocks)
    {
        var data = new byte[blocks * BlockSize];
        Assert.True((await set.ReadAsync(new BlockIndex(start), data, None).AsTask().WaitAsync(Patience)).IsOk);
        return data;
    }

    private static byte[] Pattern(int length, byte seed)
    {
        var data = new byte[length];
        for (var i = 0; i < length; i++)
            data[i] = (byte)((i * 31) + (i >> 9) + seed);
        return data;
    }
}
