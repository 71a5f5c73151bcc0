using System.Net;
using Crucible.Wire;
using Crucible.Wire.Vectors;

namespace Crucible.Net.Replay;

/// <summary>
/// What happened on a region before its recording began though its setup does not say so: in the one session that
/// needs it, the first region had one block written and flushed by generation 1.
/// </summary>
internal sealed record RecordedPrelude(SessionIds Ids, BlockIndex Block, byte[] Data)
{
    /// <summary>The prelude of a session; null for those that begin as their setup says.</summary>
    public static RecordedPrelude? For(RecordedSession session) => session.Name == "reconciliation"
        ? new(
            new(new(Guid.Parse("01020304-0506-0708-090a-0b0c0d0e0f10")), new(Guid.Empty)),
            new(12),
            [.. Enumerable.Range(0, 512).Select(i => (byte)i)])
        : null;

    /// <summary>Activates, writes the block, and flushes with flush number 1.</summary>
    public async Task WriteAsync(IPEndPoint server, CancellationToken ct)
    {
        var generation = new Generation(1);
        var (write, flush) = (new JobId(1000), new JobId(1001));
        using var connection = await ReplayConnection.OpenAsync(server, ct).ConfigureAwait(false);
        Message[] said =
        [
            new Message.HereIAm(ProtocolLimits.Version, Ids, generation, ReadOnly: false, Encrypted: false, []),
            new Message.PromoteToActive(Ids, generation),
            new Message.RegionInfoPlease(),
            new Message.ExtentVersionsPlease(),
            new Message.Write(Ids, write, [], Block, [new(BlockHash.Plain(Data), null)], Data),
            new Message.Flush(Ids, flush, [write], new(1), generation, SnapshotName: null, ExtentLimit: null),
        ];
        foreach (var message in said)
        {
            await connection.SendAsync(message, ct).ConfigureAwait(false);
            if (await connection.ReceiveAsync(ct).ConfigureAwait(false) is null)
                throw new ReplayDifferenceException($"the server closed after {message.Kind}");
        }
    }
}
