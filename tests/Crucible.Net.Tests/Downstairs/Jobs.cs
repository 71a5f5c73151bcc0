using System.Buffers;
using Crucible.Wire;
using Blocks = Crucible.Net.Tests.Regions.Blocks;

namespace Crucible.Net.Tests.Downstairs;

/// <summary>What an upstairs says: the way to Running, and its jobs.</summary>
internal static class Jobs
{
    public static readonly SessionIds Ids = new(
        new(new Guid("01020304-0506-0708-090a-0b0c0d0e0f10")), new(new Guid("a1000000-0000-0000-0000-000000000001")));

    public static async Task<WireClient> RunningAsync(ServedRegion served, ulong generation = 1, bool readOnly = false)
    {
        var client = await RegionKnownAsync(served, generation, readOnly);
        await client.AskAsync<Message.ExtentVersions>(new Message.ExtentVersionsPlease());
        return client;
    }

    /// <summary>A connection that takes up where an earlier one of the session ended.</summary>
    public static async Task<WireClient> ReplayingAsync(ServedRegion served, ulong? lastFlush)
    {
        var client = await RegionKnownAsync(served, 1, readOnly: false);
        await client.SendAsync(new Message.LastFlush(lastFlush is { } job ? new JobId(job) : null));
        return client;
    }

    public static byte[] Encoded(Message message)
    {
        var buffer = new ArrayBufferWriter<byte>();
        MessageCodec.Encode(message, buffer);
        return buffer.WrittenSpan.ToArray();
    }

    public static Message.HereIAm Hello(bool readOnly = false) => new(13, Ids, new(1), readOnly, Encrypted: false, []);

    public static Message.Write Write(ulong job, params byte[] fills) => WriteAt(job, 0, fills);

    public static Message.Write WriteAt(ulong job, ulong start, params byte[] fills)
    {
        var data = Blocks.Data(fills);
        return new(Ids, new(job), [], new(start), Blocks.Contexts(data), data);
    }

    public static Message.ReadRequest Read(ulong job, ulong start, ulong count, params ulong[] after) =>
        new(Ids, new(job), Array.ConvertAll(after, a => new JobId(a)), new(start), count);

    public static Message.Flush Flush(ulong job, ExtentId? limit = null, ulong flush = 1) =>
        new(Ids, new(job), [], new(flush), new(1), null, limit);

    /// <summary>What a read finds in each block; null where it was never written.</summary>
    public static async Task<byte?[]> ContentAsync(WireClient client, ulong job, ulong start, ulong count)
    {
        var read = await client.AskAsync<Message.ReadResponse>(Read(job, start, count));
        return [.. read.Blocks.Value.Select(
            (context, i) => context.Kind == ReadContextKind.Empty ? (byte?)null : read.Data.Span[i * Blocks.Size])];
    }

    private static async Task<WireClient> RegionKnownAsync(ServedRegion served, ulong generation, bool readOnly)
    {
        var client = await served.ConnectAsync();
        await client.AskAsync<Message.YesItsMe>(Hello(readOnly));
        await client.AskAsync<Message.YouAreNowActive>(new Message.PromoteToActive(Ids, new(generation)));
        await client.AskAsync<Message.RegionInfo>(new Message.RegionInfoPlease());
        return client;
    }
}
