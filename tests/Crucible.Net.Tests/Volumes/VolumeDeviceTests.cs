using Crucible.Net.Volumes;
using Crucible.Wire;

namespace Crucible.Net.Tests.Volumes;

public class VolumeDeviceTests
{
    private const int Block = 512;
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);
    private static readonly IoResult Broken = IoResult.Failed(CrucibleError.Io("broken"));

    [Fact]
    public async Task Write_over_three_parts_lands_in_each_and_reads_back()
    {
        MemoryDevice[] parts = [new(10), new(10), new(10)];
        var device = new VolumeDevice(parts);
        byte[] data = [.. Enumerable.Range(0, 16 * Block).Select(i => (byte)(i / Block + 1))];

        Assert.True((await device.WriteAsync(5 * Block, data, default).AsTask().WaitAsync(Soon)).IsOk);

        var read = new byte[30 * Block];
        Assert.True((await device.ReadAsync(0, read, default).AsTask().WaitAsync(Soon)).IsOk);
        Assert.Equal([.. new byte[5 * Block], .. data, .. new byte[9 * Block]], read);
        Assert.Equal(data.AsSpan(15 * Block, Block), parts[2].Bytes.AsSpan(0, Block));
    }

    [Theory]
    [InlineData(1, Block, CrucibleErrorKind.OffsetUnaligned)]
    [InlineData(0, 1, CrucibleErrorKind.DataLenUnaligned)]
    [InlineData(19 * Block, 2 * Block, CrucibleErrorKind.OffsetInvalid)]
    [InlineData(20 * Block, Block, CrucibleErrorKind.OffsetInvalid)]
    [InlineData(ulong.MaxValue - Block + 1, Block, CrucibleErrorKind.OffsetInvalid)]
    public async Task Bad_range_is_refused_before_any_part_sees_it(ulong offset, int length, CrucibleErrorKind kind)
    {
        MemoryDevice[] parts = [new(10), new(10)];
        foreach (var device in (VolumeDevice[])[new(parts), new(new MemoryDevice(20))])
        {
            var expected = IoResult.Failed(new CrucibleError.Plain(kind));
            Assert.Equal(expected, await device.WriteAsync(offset, new byte[length], default).AsTask().WaitAsync(Soon));
            Assert.Equal(expected, await device.ReadAsync(offset, new byte[length], default).AsTask().WaitAsync(Soon));
        }

        Assert.All(parts, p => Assert.Equal(0, p.Calls));
    }

    [Fact]
    public async Task Nothing_at_all_is_read_and_written_wherever_it_is()
    {
        var device = new VolumeDevice(new MemoryDevice(1), new MemoryDevice(1));

        Assert.True((await device.ReadAsync(100 * Block, default, default).AsTask().WaitAsync(Soon)).IsOk);
        Assert.True((await device.WriteAsync(100 * Block, default, default).AsTask().WaitAsync(Soon)).IsOk);
    }

    [Fact]
    public async Task Pieces_go_out_together_and_the_call_ends_when_the_last_has()
    {
        // Method: the first part is held up; the second must have been called although the first has not answered.
        var held = new TaskCompletionSource<IoResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        MemoryDevice[] parts = [new(1) { Answer = held.Task }, new(1) { Answer = Task.FromResult(Broken) }];
        var device = new VolumeDevice(parts);

        foreach (var call in (Func<ValueTask<IoResult>>[])
            [
                () => device.ReadAsync(0, new byte[2 * Block], default),
                () => device.WriteAsync(0, new byte[2 * Block], default),
                () => device.FlushAsync(default),
            ])
        {
            var calls = parts[1].Calls;
            var operation = call().AsTask();
            Assert.Equal(calls + 1, parts[1].Calls);
            Assert.False(operation.IsCompleted);
            held.SetResult(IoResult.Ok);
            Assert.Equal(Broken, await operation.WaitAsync(Soon));
            held = new TaskCompletionSource<IoResult>(TaskCreationOptions.RunContinuationsAsynchronously);
            parts[0].Answer = held.Task;
        }
    }

    [Fact]
    public async Task Write_to_a_volume_with_one_read_only_part_is_refused_whole()
    {
        MemoryDevice[] parts = [new(1), new(1) { ReadOnly = true }];

        var result = await new VolumeDevice(parts).WriteAsync(0, new byte[Block], default).AsTask().WaitAsync(Soon);

        Assert.Equal(IoResult.Failed(new CrucibleError.Plain(CrucibleErrorKind.ModifyingReadOnlyRegion)), result);
        Assert.Equal(0, parts[0].Calls);
    }

    [Fact]
    public void Volume_without_parts_or_of_two_block_sizes_is_not_built()
    {
        Assert.Throws<ArgumentException>(() => new VolumeDevice());
        Assert.Throws<ArgumentException>(() => new VolumeDevice(new MemoryDevice(1), new MemoryDevice(1) { BlockSizeBytes = 4096 }));
    }
}
