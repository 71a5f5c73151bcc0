using System.Net;
using System.Net.Sockets;
using Crucible.Core.Upstairs;
using Crucible.Net.Upstairs;
using Crucible.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace Crucible.Net.Tests.Upstairs;

public class RegionSetTests
{
    private const int BlockSize = 512;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly UpstairsId Id = new(Guid.NewGuid());

    [Fact]
    public async Task Three_servers_activate_and_serve_what_was_written()
    {
        await using var servers = new Servers();
        await using var set = Make(servers.Addresses);
        Assert.True((await Activate(set)).IsActive);
        var data = Pattern(3 * BlockSize, 1);
        Assert.True((await set.WriteAsync(new BlockIndex(9), data, None)).IsOk);
        var back = new byte[5 * BlockSize];
        var written = new bool[5];
        Assert.True((await set.ReadAsync(new BlockIndex(8), back, written, None).AsTask().WaitAsync(Patience)).IsOk);
        Assert.Equal(data, back[BlockSize..(4 * BlockSize)]);
        Assert.Equal([false, true, true, true, false], written);
        Assert.True((await set.FlushAsync(None).AsTask().WaitAsync(Patience)).IsOk);
        await set.DeactivateAsync(Patience, None).WaitAsync(Patience);
        Assert.Equal(UpstairsState.Initializing, set.Status.State);
        Assert.All(servers.All, s => Assert.False(s.IsDirty));
        Assert.All(servers.All, s => Assert.Equal(data[..BlockSize], s.Block(9)));
        Assert.True((await Activate(set, 2)).IsActive);
    }

    [Fact]
    public async Task Io_larger_than_one_job_is_split_and_comes_back_whole()
    {
        await using var servers = new Servers();
        await using var set = Make(servers.Addresses);
        await Activate(set);
        var data = Pattern((5 * 1024 * 1024) + BlockSize, 3);
        var write = set.WriteAsync(new BlockIndex(1), data, None);
        var kept = data.ToArray();
        data.AsSpan().Clear();
        Assert.True((await write.AsTask().WaitAsync(Patience)).IsOk);
        var back = new byte[kept.Length];
        Assert.True((await set.ReadAsync(new BlockIndex(1), back, None).AsTask().WaitAsync(Patience)).IsOk);
        Assert.True(kept.AsSpan().SequenceEqual(back));
    }

    [Fact]
    public async Task Read_goes_past_a_write_that_waits_for_a_server_unless_it_reads_what_that_writes()
    {
        await using var servers = new Servers();
        await using var set = Make(servers.Addresses);
        Assert.True((await Activate(set)).IsActive);
        servers.All[1].Pause();
        for (var i = 0; i < UpstairsLimits.AdmissionJobs; i++)
            Assert.True((await set.WriteAsync(new BlockIndex(1), Pattern(BlockSize, 1), None)).IsOk);

        var write = set.WriteAsync(new BlockIndex(5), Pattern(2 * BlockSize, 2), None).AsTask();
        var overlapping = new byte[BlockSize];
        var waits = set.ReadAsync(new BlockIndex(6), overlapping, None).AsTask();
        var other = new byte[BlockSize];
        Assert.True((await set.ReadAsync(new BlockIndex(1), other, None).AsTask().WaitAsync(Patience)).IsOk);
        Assert.Equal(Pattern(BlockSize, 1), other);
        Assert.False(write.IsCompleted || waits.IsCompleted);

        servers.All[1].GoOn();
        Assert.True((await write.WaitAsync(Patience)).IsOk);
        Assert.True((await waits.WaitAsync(Patience)).IsOk);
        Assert.Equal(Pattern(2 * BlockSize, 2)[BlockSize..], overlapping);
    }

    [Fact]
    public async Task Server_stopped_under_load_and_started_again_catches_up_by_replay()
    {
        await using var servers = new Servers();
        var time = new ManualTime();
        var watch = new StatusWatch();
        await using var set = Make(servers.Addresses, time, watch);
        await Activate(set);
        for (byte i = 0; i < 50; i++)
            Assert.True((await set.WriteAsync(new BlockIndex(i), Pattern(BlockSize, i), None)).IsOk);
        await servers.All[1].StopAsync();
        for (byte i = 50; i < 100; i++)
            Assert.True((await set.WriteAsync(new BlockIndex(i), Pattern(BlockSize, i), None)).IsOk);
        Assert.True((await set.FlushAsync(None).AsTask().WaitAsync(Patience)).IsOk);
        await watch.Until(s => s.Slots[1] is { Mode: SlotMode.Offline, WaitingFor: { } w } && w.Contains("again", StringComparison.Ordinal));

        servers.All[1].Start();
        time.Advance(ProtocolLimits.ReconnectDelay);
        await watch.Until(s => s.Slots[1].Active);
        await set.DeactivateAsync(Patience, None).WaitAsync(Patience);
        for (byte i = 0; i < 100; i++)
            Assert.Equal(Pattern(BlockSize, i), servers.All[1].Block(i));
        Assert.False(servers.All[1].IsDirty);
        Assert.True((await Activate(set, 2)).IsActive);
    }

    [Fact]
    public async Task Silent_target_is_replaced_and_the_pending_activation_succeeds_at_once()
    {
        // The clock stands still: nothing but the replacement itself may lead on.
        await using var servers = new Servers();
        using var hole = new BlackHole();
        var time = new ManualTime();
        var watch = new StatusWatch();
        var spare = servers.All[1].Address;
        await using var set = Make([servers.Addresses[0], hole.Address, servers.Addresses[2]], time, watch);
        var activation = set.ActivateAsync(null, None);
        await watch.Until(s => s.Slots[0].Step == SlotStep.WaitQuorum && s.Slots[2].Step == SlotStep.WaitQuorum);
        Assert.False(activation.IsCompleted);
        Assert.IsType<ReplaceOutcome.Started>(await set.ReplaceAsync(hole.Address, spare, None).WaitAsync(Patience));
        Assert.True((await activation.WaitAsync(Patience)).IsActive);
        Assert.IsType<ReplaceOutcome.CompletedAlready>(await set.ReplaceAsync(hole.Address, spare, None).WaitAsync(Patience));
    }

    [Fact]
    public async Task Dead_target_is_tried_again_and_the_activation_succeeds_when_it_comes()
    {
        await using var servers = new Servers();
        var time = new ManualTime();
        var watch = new StatusWatch();
        await servers.All[2].StopAsync();
        await using var set = Make(servers.Addresses, time, watch);
        var activation = set.ActivateAsync(null, None);
        await watch.Until(s => s.Slots[2].LastError is not null
            && s.Slots.Take(2).All(slot => slot.Step == SlotStep.WaitQuorum));
        Assert.Equal(1, set.Status.Slots[2].Attempts);
        servers.All[2].Start();
        time.Advance(ProtocolLimits.ReconnectDelay);
        Assert.True((await activation.WaitAsync(Patience)).IsActive);
    }

    [Fact]
    public async Task Activation_asked_for_right_after_letting_go_is_not_ended_by_its_grace()
    {
        // Goal: a disk taken back from another service. Both requests come before the loop has looked at either, as often
        // as it can be had.
        await using var servers = new Servers();
        await using var set = Make(servers.Addresses);
        for (var round = 1; round <= 30; round++)
        {
            var lettingGo = set.DeactivateAsync(TimeSpan.Zero, None);
            var activation = set.ActivateAsync(new Generation((ulong)round + 1), None);
            await lettingGo.WaitAsync(Patience);
            Assert.True((await activation.WaitAsync(Patience)).IsActive);
        }
    }

    [Fact]
    public async Task Silent_peer_is_given_up_after_forty_five_seconds()
    {
        using var hole = new BlackHole();
        var time = new ManualTime();
        var watch = new StatusWatch();
        await using var set = Make([hole.Address, At(1), At(2)], time, watch);
        var activation = set.ActivateAsync(null, None);
        await watch.Until(s => s.Slots[0].WaitingFor!.Contains("introduce", StringComparison.Ordinal));
        await AdvanceUntil(time, watch.Until(s => s.Slots[0].LastError is { } e && e.Contains("PeerSilent", StringComparison.Ordinal)));
        Assert.False(activation.IsCompleted);
        await set.DeactivateAsync(TimeSpan.Zero, None).WaitAsync(Patience);
        Assert.False((await activation.WaitAsync(Patience)).IsActive);
    }

    [Fact]
    public async Task Newer_generation_takes_over_and_everybody_who_waited_on_the_older_is_answered()
    {
        await using var servers = new Servers();
        var watch = new StatusWatch();
        await using var older = Make(servers.Addresses, watch: watch);
        await using var newer = Make(servers.Addresses);
        await Activate(older);
        await older.WriteAsync(new BlockIndex(0), Pattern(BlockSize, 1), None);

        // All three must have the write: a flush needs only two, and copies that differ cannot be activated yet.
        await older.DeactivateAsync(Patience, None).WaitAsync(Patience);
        Assert.True((await Activate(older, 2)).IsActive);
        Assert.True((await Activate(newer, 3)).IsActive);
        await watch.Until(s => s.State == UpstairsState.Disabled);
        Assert.Equal(CrucibleErrorKind.NoLongerActive, older.Status.DisabledBy?.Kind);
        var refused = await older.WriteAsync(new BlockIndex(0), Pattern(BlockSize, 2), None);
        Assert.Equal(CrucibleErrorKind.UpstairsInactive, refused.Error?.Kind);
        var back = new byte[BlockSize];
        await newer.ReadAsync(new BlockIndex(0), back, None).AsTask().WaitAsync(Patience);
        Assert.Equal(Pattern(BlockSize, 1), back);
    }

    [Fact]
    public async Task Older_generation_never_disturbs_the_newer_and_its_activation_can_be_cancelled()
    {
        await using var servers = new Servers();
        var watch = new StatusWatch();
        await using var newer = Make(servers.Addresses);
        await using var older = Make(servers.Addresses, watch: watch);
        await Activate(newer, 5);
        using var cancel = new CancellationTokenSource();
        var activation = older.ActivateAsync(new Generation(4), cancel.Token);
        await watch.Until(s => s.Slots.All(slot => slot.LastError is not null));
        Assert.Equal(UpstairsState.Active, newer.Status.State);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => activation.WaitAsync(Patience));
        await watch.Until(s => s.State == UpstairsState.Initializing);
    }

    [Fact]
    public async Task Deactivation_with_servers_that_do_not_answer_ends_with_its_grace()
    {
        await using var servers = new Servers();
        using var peer = new ScriptedPeer();
        var time = new ManualTime();
        var watch = new StatusWatch();
        await using var set = Make([servers.Addresses[0], servers.Addresses[1], peer.Address], time, watch);
        var activation = set.ActivateAsync(null, None);
        await using var stream = await Negotiate(peer);
        Assert.True((await activation.WaitAsync(Patience)).IsActive);
        await set.WriteAsync(new BlockIndex(0), Pattern(BlockSize, 1), None);
        var letGo = set.DeactivateAsync(TimeSpan.FromSeconds(10), None);
        await watch.Until(s => s.State == UpstairsState.Deactivating);
        time.Advance(TimeSpan.FromSeconds(9));
        Assert.False(letGo.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        await letGo.WaitAsync(Patience);
        Assert.Equal(UpstairsState.Initializing, set.Status.State);
        Assert.True(await ScriptedPeer.IsClosedAsync(stream));
    }

    [Fact]
    public async Task Cancelled_read_gives_its_buffer_back_and_the_others_go_on()
    {
        await using var servers = new Servers();
        using var peer = new ScriptedPeer();
        await using var set = Make([peer.Address, At(1), At(2)], readOnly: true);
        var activation = set.ActivateAsync(null, None);
        await using var stream = await Negotiate(peer);
        Assert.True((await activation.WaitAsync(Patience)).IsActive);
        using var cancel = new CancellationTokenSource();
        var read = set.ReadAsync(new BlockIndex(0), new byte[BlockSize], cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read.WaitAsync(Patience));
    }

    public static TheoryData<string> Misbehaviours => ["garbage", "short frame", "huge frame", "cut frame", "request", "unknown message"];

    [Theory]
    [MemberData(nameof(Misbehaviours))]
    public async Task Misbehaving_peer_is_dropped_and_costs_nobody_else_anything(string how)
    {
        await using var servers = new Servers();
        using var peer = new ScriptedPeer();
        var watch = new StatusWatch();
        await using var set = Make([servers.Addresses[0], servers.Addresses[1], peer.Address], watch: watch);
        var activation = set.ActivateAsync(null, None);
        await using (var stream = await Negotiate(peer))
        {
            Assert.True((await activation.WaitAsync(Patience)).IsActive);
            await stream.WriteAsync(how switch
            {
                "garbage" => Enumerable.Repeat((byte)0xff, 64).ToArray(),
                "short frame" => [4, 0, 0, 0],
                "huge frame" => [0, 0, 0, 0x70],
                "cut frame" => [100, 0, 0, 0, 1],
                "unknown message" => [8, 0, 0, 0, 99, 0, 0, 0],
                _ => [8, 0, 0, 0, 9, 0, 0, 0],
            });
            if (how == "cut frame")
                stream.Close();
            await watch.Until(s => !s.Slots[2].Active);
        }

        Assert.Equal(how != "cut frame" ? 1UL : 0, set.Status.Slots[2].MalformedFrames);
        Assert.True((await set.WriteAsync(new BlockIndex(0), Pattern(BlockSize, 1), None)).IsOk);
        Assert.True((await set.FlushAsync(None).AsTask().WaitAsync(Patience)).IsOk);
    }

    [Fact]
    public async Task Many_callers_at_once_are_all_answered()
    {
        await using var servers = new Servers();
        await using var set = Make(servers.Addresses);
        await Activate(set);
        var work = Enumerable.Range(0, 2000).Select(async i =>
        {
            var block = new BlockIndex((ulong)i);
            Assert.True((await set.WriteAsync(block, Pattern(BlockSize, (byte)i), None)).IsOk);
            var back = new byte[BlockSize];
            Assert.True((await set.ReadAsync(block, back, None)).IsOk);
            Assert.Equal(Pattern(BlockSize, (byte)i), back);
        });
        await Task.WhenAll(work).WaitAsync(Patience);
        Assert.True((await set.FlushAsync(None).AsTask().WaitAsync(Patience)).IsOk);
    }

    [Fact]
    public async Task Disposed_region_set_answers_everything_with_an_error()
    {
        await using var servers = new Servers();
        var set = Make(servers.Addresses);
        await Activate(set);
        await set.DisposeAsync();
        await set.DisposeAsync();
        Assert.Equal(CrucibleErrorKind.RecvDisconnected, (await set.FlushAsync(None)).Error?.Kind);
        Assert.Equal(CrucibleErrorKind.RecvDisconnected, (await set.ActivateAsync(null, None)).Error?.Kind);
        Assert.IsType<ReplaceOutcome.Refused>(await set.ReplaceAsync(At(1), At(2), None));
        await set.DeactivateAsync(Patience, None).WaitAsync(Patience);
    }

    [Fact]
    public async Task Region_set_disposed_while_activating_answers_the_activation()
    {
        using var hole = new BlackHole();
        var set = Make([hole.Address, At(1), At(2)]);
        var activation = set.ActivateAsync(null, None);
        await set.DisposeAsync();
        Assert.False((await activation.WaitAsync(Patience)).IsActive);
    }

    [Fact]
    public void Options_that_cannot_be_served_are_refused_at_construction()
    {
        var good = Options([At(1), At(2), At(3)]);
        foreach (var bad in (RegionSetOptions[])[good with { Key = new("short") }, good with { BlockSize = 1000 }, good with { Targets = [At(1), At(1), At(2)] }, good with { Targets = [At(1)] }, good with { ExtentCount = 0 }])
            Assert.Throws<ArgumentException>(() => new RegionSet(bad, new Generation(1), new SessionId(Guid.NewGuid()), TimeProvider.System, NullLogger.Instance));
    }

    private static IPEndPoint At(int port) => new(IPAddress.Loopback, port);

    private static byte[] Pattern(int length, byte seed)
    {
        var data = new byte[length];
        for (var i = 0; i < length; i++)
            data[i] = (byte)((i * 31) + (i >> 9) + seed);
        return data;
    }

    private static RegionDefinition Definition(Guid region) =>
        new(BlockSize, new Block(1000, 9), 20, new RegionId(region), Encrypted: false);

    private static RegionSetOptions Options(IPEndPoint[] targets) => new(
        Id, targets, BlockSize, 1000, 20, ReadOnly: false, RegionSetOptions.DefaultFlushTimeout);

    private static RegionSet Make(
        IPEndPoint[] targets, TimeProvider? time = null, StatusWatch? watch = null, bool readOnly = false) => new(
        Options(targets) with { ReadOnly = readOnly, StatusChanged = watch is null ? null : watch.Saw },
        new Generation(1), new SessionId(Guid.NewGuid()), time ?? TimeProvider.System, NullLogger.Instance);

    private static Task<ActivationResult> Activate(RegionSet set, ulong? generation = null) =>
        set.ActivateAsync(generation is { } g ? new Generation(g) : null, None).WaitAsync(Patience);

    /// <summary>For a timer that another thread arms at a moment that cannot be seen from here.</summary>
    private static async Task AdvanceUntil(ManualTime time, Task done)
    {
        while (!done.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(5));
            await Task.Yield();
        }

        await done;
    }

    private static async Task<NetworkStream> Negotiate(ScriptedPeer peer)
    {
        var stream = await peer.AcceptAsync();
        var hello = Assert.IsType<Message.HereIAm>(await ScriptedPeer.ReadAsync(stream));
        await Send(stream, new Message.YesItsMe(ProtocolLimits.Version, At(1)));
        Assert.IsType<Message.PromoteToActive>(await ScriptedPeer.ReadAsync(stream));
        await Send(stream, new Message.YouAreNowActive(hello.Ids, hello.Generation));
        Assert.IsType<Message.RegionInfoPlease>(await ScriptedPeer.ReadAsync(stream));
        await Send(stream, new Message.RegionInfo(Definition(Guid.NewGuid())));
        Assert.IsType<Message.ExtentVersionsPlease>(await ScriptedPeer.ReadAsync(stream));
        await Send(stream, new Message.ExtentVersions(new Generation[20], new FlushNumber[20], new bool[20]));
        return stream;
    }

    private static async Task Send(NetworkStream stream, Message message)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        MessageCodec.Encode(message, buffer);
        await stream.WriteAsync(buffer.WrittenMemory);
    }

    private sealed class Servers : IAsyncDisposable
    {
        public LoopbackDownstairs[] All { get; } =
            [.. Enumerable.Range(0, 3).Select(_ => new LoopbackDownstairs(Definition(Guid.NewGuid())).Start())];

        public IPEndPoint[] Addresses => [.. All.Select(s => s.Address)];

        public async ValueTask DisposeAsync()
        {
            foreach (var server in All)
                await server.DisposeAsync();
        }
    }
}
