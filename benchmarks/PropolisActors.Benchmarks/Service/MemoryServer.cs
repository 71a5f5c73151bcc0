using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Crucible.Net.Connections;
using Crucible.Wire;

namespace PropolisActors.Benchmarks.Service;

/// <summary>
/// A disk server that keeps nothing: it negotiates with any number of upstairs, reads zeros, and acknowledges whatever else
/// it is told. It costs next to nothing, so that what is measured is the upstairs' side.
/// </summary>
/// <param name="kind">What it does slowly, or not at all.</param>
/// <param name="geometry">Of every region it pretends to have.</param>
internal sealed class MemoryServer(ServerKind kind, RegionDefinition geometry) : IDisposable
{
    /// <summary>A slow promotion: about what a disk takes to make the new generation durable.</summary>
    private static readonly TimeSpan PromotionTime = TimeSpan.FromMilliseconds(5);

    /// <summary>A slow copy of one extent: 64 MiB would take longer.</summary>
    private static readonly TimeSpan CopyTime = TimeSpan.FromMilliseconds(500);

    private static readonly WireResult<Unit> Done = WireResult<Unit>.Ok(default);

    private readonly Socket _listener = Listening();

    public IPEndPoint Address => (IPEndPoint)_listener.LocalEndPoint!;

    /// <summary>Serves until it is disposed.</summary>
    public async Task RunAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed: the end that was asked for.
        }
    }

    public void Dispose() => _listener.Dispose();

    private static Socket Listening()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen();
        return socket;
    }

    private async Task ServeAsync(Socket socket)
    {
        await Task.Yield();
        socket.NoDelay = true;
        var connection = new FramedConnection(
            new NetworkStream(socket, ownsSocket: true), ConnectionOptions.Default, TimeProvider.System);
        // A region of its own for each connection: the upstairs refuses to see one copy twice.
        var region = geometry with { Uuid = new RegionId(Guid.NewGuid()) };
        await connection.RunAsync(
            async (message, ct) =>
            {
                if (SlownessOf(message) is { } slowness)
                    await Task.Delay(slowness, ct);
                if (kind != ServerKind.Silent && AnswerTo(message, region) is { } answer)
                    connection.TrySend(answer);
            },
            CancellationToken.None);
    }

    private TimeSpan? SlownessOf(Message message) => (kind, message) switch
    {
        (ServerKind.SlowPromotion, Message.PromoteToActive) => PromotionTime,
        (ServerKind.SlowCopy, Message.ExtentLiveRepair) => CopyTime,
        _ => null,
    };

    private Message? AnswerTo(Message message, RegionDefinition region) => message switch
    {
        Message.Ruok => new Message.Imok(),
        Message.HereIAm => new Message.YesItsMe(ProtocolLimits.Version, Address),
        Message.PromoteToActive m => new Message.YouAreNowActive(m.Ids, m.Generation),
        Message.RegionInfoPlease => new Message.RegionInfo(region),
        Message.ExtentVersionsPlease => VersionsOf(region),
        Message.LastFlush => null,
        Message.Write m => new Message.WriteAck(m.Ids, m.Job, Done),
        Message.WriteUnwritten m => new Message.WriteUnwrittenAck(m.Ids, m.Job, Done),
        Message.Flush m => new Message.FlushAck(m.Ids, m.Job, Done),
        Message.Barrier m => new Message.BarrierAck(m.Ids, m.Job, Done),
        Message.ReadRequest m => Zeros(m, region),
        // A server under repair is always another than the rest, so that every extent is copied.
        Message.ExtentLiveClose m => Closed(m.Ids, m.Job, flushes: 1),
        Message.ExtentLiveFlushClose m => Closed(m.Ids, m.Job, flushes: 2),
        Message.ExtentLiveRepair m => new Message.ExtentLiveRepairAckId(m.Ids, m.Job, Done),
        Message.ExtentLiveNoOp m => new Message.ExtentLiveAckId(m.Ids, m.Job, Done),
        Message.ExtentLiveReopen m => new Message.ExtentLiveAckId(m.Ids, m.Job, Done),
        _ => throw new UnreachableException($"{message.Kind}: a region without differences is not reconciled"),
    };

    private static Message.ExtentVersions VersionsOf(RegionDefinition region) => new(
        new Generation[region.ExtentCount], new FlushNumber[region.ExtentCount], new bool[region.ExtentCount]);

    private static Message.ReadResponse Zeros(Message.ReadRequest read, RegionDefinition region) => new(
        read.Ids,
        read.Job,
        WireResult<ReadBlockContext[]>.Ok(new ReadBlockContext[read.Count]),
        new byte[read.Count * region.BlockSize]);

    private static Message.ExtentLiveCloseAck Closed(SessionIds ids, JobId job, ulong flushes) =>
        new(ids, job, WireResult<Message.ExtentState>.Ok(new(new Generation(1), new FlushNumber(flushes), Dirty: false)));
}
