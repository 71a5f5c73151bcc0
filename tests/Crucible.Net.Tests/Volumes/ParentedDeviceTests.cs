using Crucible.Net.Volumes;
using Crucible.Wire;

namespace Crucible.Net.Tests.Volumes;

public class ParentedDeviceTests
{
    private const int Block = 512;

    [Fact]
    public async Task Own_blocks_hide_the_parents_and_what_neither_has_is_zero()
    {
        var (own, parent) = (new MemoryDevice(6), new MemoryDevice(4));
        await parent.WriteAsync(0, Filled(4, 9), default);
        await own.WriteAsync(1 * Block, Filled(1, 1), default);
        await own.WriteAsync(3 * Block, Filled(1, 2), default);
        var device = new ParentedDevice(own, parent);

        Assert.Equal([9, 1, 9, 2, 0, 0], await BlocksAsync(device, 0, 6));
        Assert.Equal([2, 0], await BlocksAsync(device, 3, 2));
        Assert.Equal([0], await BlocksAsync(device, 5, 1));
    }

    [Fact]
    public async Task Reads_of_own_blocks_alone_do_not_ask_the_parent()
    {
        var (own, parent) = (new MemoryDevice(4), new MemoryDevice(4));
        await own.WriteAsync(0, Filled(2, 1), default);
        var device = new ParentedDevice(own, parent);
        await BlocksAsync(device, 0, 2);
        Assert.Equal(0, parent.Calls);
        await BlocksAsync(device, 1, 2);
        Assert.Equal(1, parent.Calls);
    }

    [Fact]
    public async Task Writes_and_flushes_never_reach_the_parent()
    {
        var (own, parent) = (new MemoryDevice(4), new MemoryDevice(4));
        var device = new ParentedDevice(own, parent);
        Assert.True((await device.WriteAsync(0, Filled(1, 1), default)).IsOk);
        Assert.True((await device.WriteUnwrittenAsync(0, Filled(2, 2), default)).IsOk);
        Assert.True((await device.FlushAsync(default)).IsOk);
        Assert.Equal(0, parent.Calls);
        Assert.Equal([1, 2], await BlocksAsync(device, 0, 2));
    }

    [Fact]
    public async Task A_read_through_a_chain_of_parents_comes_to_ask_only_the_one_that_has_the_block()
    {
        // Goal: a read through many parents costs what one costs. The lowest of nine levels alone has the block.
        MemoryDevice[] levels = [.. Enumerable.Range(0, 9).Select(_ => new MemoryDevice(4))];
        await levels[^1].WriteAsync(0, Filled(4, 7), default);
        IVolumePart chain = levels[^1];
        for (var level = levels.Length - 2; level >= 0; level--)
        {
            levels[level].ReadOnly = level > 0;
            chain = new ParentedDevice(levels[level], chain);
        }

        Assert.Equal([7, 7], await BlocksAsync(chain, 1, 2));
        foreach (var level in levels)
            level.Calls = 0;
        Assert.Equal([7, 7], await BlocksAsync(chain, 1, 2));
        // The part that can change is asked always.
        Assert.Equal([1, 0, 0, 0, 0, 0, 0, 0, 1], levels.Select(level => level.Calls));
    }

    [Fact]
    public async Task A_parents_error_is_the_reads_error_unless_the_parent_was_dropped_meanwhile()
    {
        var (own, parent) = (new MemoryDevice(2), new MemoryDevice(2));
        var answer = new TaskCompletionSource<IoResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        parent.Answer = answer.Task;
        var device = new ParentedDevice(own, parent);
        var error = IoResult.Failed(CrucibleError.Io("gone"));

        var failing = device.ReadAsync(0, new byte[Block], default).AsTask();
        answer.SetResult(error);
        Assert.Equal(error, await failing);

        parent.Answer = (answer = new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        var bytes = new byte[Block];
        var reading = device.ReadAsync(0, bytes, default).AsTask();
        await device.WriteUnwrittenAsync(0, Filled(2, 5), default);
        device.DropParent();
        answer.SetResult(error);
        Assert.True((await reading).IsOk);
        Assert.Equal(5, bytes[0]);
        Assert.False(device.HasParent);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    public async Task Any_composition_reads_like_a_flat_disk(int depth)
    {
        var random = new Random(depth);
        for (var round = 0; round < 60; round++)
        {
            var (device, model) = await ComposedAsync(depth, random);
            for (var step = 0; step < 40; step++)
            {
                var at = random.Next(model.Length);
                var count = random.Next(1, model.Length - at + 1);
                var fill = (byte)random.Next(1, 250);
                if (random.Next(3) == 0)
                {
                    Assert.True((await device.WriteAsync((ulong)(at * Block), Filled(count, fill), default)).IsOk);
                    model.AsSpan(at, count).Fill(fill);
                }
                else
                {
                    Assert.Equal(model[at..(at + count)], await BlocksAsync(device, at, count));
                }
            }
        }
    }

    /// <summary>Each level two parts laid end to end over the next level, which may be shorter or longer.</summary>
    private static async Task<(IVolumePart Device, byte[] Model)> ComposedAsync(int depth, Random random)
    {
        IVolumePart? below = null;
        byte[] model = [];
        for (var level = depth; level >= 0; level--)
        {
            MemoryDevice[] own = [new(random.Next(1, 12)), new(random.Next(1, 12))];
            var part = new VolumeDevice(own);
            var next = new byte[part.SizeBytes / Block];
            model.AsSpan(0, Math.Min(model.Length, next.Length)).CopyTo(next);
            for (var i = 0; i < next.Length; i++)
            {
                if (random.Next(3) != 0)
                    continue;
                next[i] = (byte)random.Next(1, 250);
                await part.WriteAsync((ulong)(i * Block), Filled(1, next[i]), default);
            }

            foreach (var memory in own)
                memory.ReadOnly = level > 0;
            part = new VolumeDevice(own);
            below = below is null ? part : new ParentedDevice(part, below);
            model = next;
        }

        return (below!, model);
    }

    private static byte[] Filled(int blocks, byte with)
    {
        var bytes = new byte[blocks * Block];
        Array.Fill(bytes, with);
        return bytes;
    }

    /// <summary>One byte of each block, all of whose bytes have to be that.</summary>
    private static async Task<byte[]> BlocksAsync(IVolumePart device, int at, int count)
    {
        var bytes = new byte[count * Block];
        Array.Fill(bytes, (byte)0xEE);
        Assert.True((await device.ReadAsync((ulong)(at * Block), bytes, default)).IsOk);
        return [.. bytes.Chunk(Block).Select(block =>
        {
            Assert.All(block, b => Assert.Equal(block[0], b));
            return block[0];
        })];
    }
}
