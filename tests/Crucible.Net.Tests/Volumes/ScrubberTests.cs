using Crucible.Core.Volumes;
using Crucible.Net.Volumes;
using Crucible.Wire;

namespace Crucible.Net.Tests.Volumes;

public class ScrubberTests
{
    private const int Block = 512;
    private static readonly ScrubOptions Fast = new(TimeSpan.Zero, TimeSpan.Zero, StepBytes: 2 * Block);
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_scrub_copies_what_the_parent_has_and_leaves_alone_what_the_disk_has()
    {
        var (own, parent) = (new MemoryDevice(8), new MemoryDevice(5));
        await parent.WriteAsync(0, Filled(1, 1), default);
        await parent.WriteAsync(2 * Block, Filled(3, 2), default);
        await own.WriteAsync(3 * Block, Filled(1, 9), default);
        var device = new ParentedDevice(own, parent);
        var scrubber = new Scrubber(device, Fast, TimeProvider.System);
        Assert.Equal((ScrubState.Waiting, 5ul * Block), (scrubber.Status.State, scrubber.Status.BytesNeeded));

        Assert.True((await scrubber.RunAsync(default).WaitAsync(Soon)).IsOk);

        Assert.Equal([1, 0, 2, 9, 2, 0, 0, 0], own.Bytes.Chunk(Block).Select(block => block[0]));
        Assert.Equal([true, false, true, true, true, false, false, false], own.Written);
        Assert.False(device.HasParent);
        Assert.Equal((ScrubState.Done, 5ul * Block), (scrubber.Status.State, scrubber.Status.BytesDone));
        Assert.True((await scrubber.RunAsync(default).WaitAsync(Soon)).IsOk);
    }

    [Fact]
    public async Task A_cancelled_scrub_goes_on_from_where_it_was()
    {
        var (own, parent) = (new MemoryDevice(8), new MemoryDevice(8));
        await parent.WriteAsync(0, Filled(8, 1), default);
        var held = new TaskCompletionSource<IoResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        var scrubber = new Scrubber(new ParentedDevice(own, parent), Fast, TimeProvider.System);
        using var cancel = new CancellationTokenSource();
        own.Answering = calls => calls < 2 ? Task.FromResult(IoResult.Ok) : held.Task;
        var running = scrubber.RunAsync(cancel.Token);
        await own.Reached(3).WaitAsync(Soon);
        await cancel.CancelAsync();
        held.SetCanceled(cancel.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal((ScrubState.Waiting, 4ul * Block), (scrubber.Status.State, scrubber.Status.BytesDone));

        own.Answering = null;
        var reads = parent.Calls;
        Assert.True((await scrubber.RunAsync(default).WaitAsync(Soon)).IsOk);
        Assert.Equal(2, parent.Calls - reads);
        Assert.All(own.Written, Assert.True);
    }

    [Theory]
    [InlineData(5, ScrubState.Done)]
    [InlineData(6, ScrubState.Failed)]
    public async Task A_read_of_the_parent_is_tried_six_times(int failures, ScrubState outcome)
    {
        var (own, parent) = (new MemoryDevice(2), new MemoryDevice(2));
        parent.Answering = calls => Task.FromResult(calls < failures ? IoResult.Failed(CrucibleError.Io("gone")) : IoResult.Ok);
        var device = new ParentedDevice(own, parent);
        var scrubber = new Scrubber(device, Fast, TimeProvider.System);
        var result = await scrubber.RunAsync(default).WaitAsync(Soon);
        Assert.Equal(outcome, scrubber.Status.State);
        Assert.Equal(outcome == ScrubState.Done, result.IsOk);
        Assert.Equal(outcome == ScrubState.Failed, device.HasParent);
        Assert.Equal(outcome == ScrubState.Done ? null : "gone", scrubber.Status.LastError?[^4..]);
    }

    [Fact]
    public async Task A_write_or_flush_that_fails_ends_the_scrub_and_keeps_the_parent()
    {
        var (own, parent) = (new MemoryDevice(2), new MemoryDevice(2));
        await parent.WriteAsync(0, Filled(2, 1), default);
        var device = new ParentedDevice(own, parent);
        for (var failing = 0; failing < 2; failing++)
        {
            var at = own.Calls + failing;
            own.Answering = calls => Task.FromResult(calls == at ? IoResult.Failed(CrucibleError.Io("full")) : IoResult.Ok);
            Assert.False((await new Scrubber(device, Fast, TimeProvider.System).RunAsync(default).WaitAsync(Soon)).IsOk);
            Assert.True(device.HasParent);
        }
    }

    private static byte[] Filled(int blocks, byte with)
    {
        var bytes = new byte[blocks * Block];
        Array.Fill(bytes, with);
        return bytes;
    }
}
