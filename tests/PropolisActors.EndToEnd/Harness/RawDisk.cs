using System.Net;
using System.Runtime.InteropServices;
using Crucible.Net.Tests.Downstairs;
using Crucible.Wire;
using PropolisActors.Cli.Client;
using PropolisActors.Cli.Processes;

namespace PropolisActors.EndToEnd.Harness;

/// <summary>
/// One disk server process and a bare client of it, with a model of what each block may hold: what was flushed last, or
/// anything written since.
/// </summary>
internal sealed class RawDisk : IAsyncDisposable
{
    public const int BlockSize = 4096;
    public static readonly RegionGeometry Geometry = new(BlockSize, BlocksPerExtent: 16, ExtentCount: 4);
    public const int BlockCount = 64;

    private readonly ScratchDirectory _scratch = new();
    private readonly HashSet<byte>[] _possible = [.. Enumerable.Range(0, BlockCount).Select(_ => new HashSet<byte> { 0 })];
    private readonly byte[] _newest = new byte[BlockCount];
    private SessionIds _ids;
    private ulong _generation;
    private ulong _job;
    private ulong _flush;
    private ChildProcess? _process;

    public string Data => _scratch.PathOf("region");

    public WireClient Client { get; private set; } = null!;

    public IPEndPoint Address { get; private set; } = new(IPAddress.None, 0);

    public IPEndPoint RepairAddress { get; private set; } = new(IPAddress.None, 0);

    public int ProcessId => _process!.Id;

    public static async Task<RawDisk> CreateAsync()
    {
        var disk = new RawDisk();
        await DiskServerProcess.CreateRegionAsync(disk.Data, Guid.NewGuid(), Geometry, Limits.Token);
        return disk;
    }

    /// <summary>Starts the process, and becomes its active upstairs.</summary>
    public async Task StartAsync(params string[] more)
    {
        _process = ChildProcess.Start([.. DiskServerProcess.RunArguments(Data, 0), .. more]);
        RepairAddress = IPEndPoint.Parse(
            await _process.WaitForLineAsync("repairs on ", Limits.Wait, Limits.Token));
        var said = await _process.WaitForLineAsync("serving region ", Limits.Wait, Limits.Token);
        Address = IPEndPoint.Parse(said[(said.LastIndexOf(' ') + 1)..]);
        await ConnectAsync();
    }

    /// <summary>A new session with a higher generation.</summary>
    public async Task ConnectAsync()
    {
        Client = await WireClient.ConnectAsync(Address);
        _ids = new(new(new Guid("5a000000-0000-0000-0000-000000000001")), new(Guid.NewGuid()));
        _generation++;
        _job = 1000;
        await Client.AskAsync<Message.YesItsMe>(new Message.HereIAm(13, _ids, new(_generation), false, false, []));
        await Client.AskAsync<Message.YouAreNowActive>(new Message.PromoteToActive(_ids, new(_generation)));
        await Client.AskAsync<Message.RegionInfo>(new Message.RegionInfoPlease());
        await Client.AskAsync<Message.ExtentVersions>(new Message.ExtentVersionsPlease());
    }

    public async Task KillAsync()
    {
        await _process!.DisposeAsync();
        Client.Dispose();
        // What may have reached the disk goes on being possible; what surely is there is found out by reading.
    }

    /// <summary>Sends a write of blocks filled with one byte each; the answer is not waited for.</summary>
    public Task SendWriteAsync(int start, params byte[] fills)
    {
        for (var i = 0; i < fills.Length; i++)
        {
            _possible[start + i].Add(fills[i]);
            _newest[start + i] = fills[i];
        }
        byte[] data = [.. fills.SelectMany(f => Enumerable.Repeat(f, BlockSize))];
        BlockContext[] contexts = [.. data.Chunk(BlockSize).Select(b => new BlockContext(BlockHash.Plain(b), null))];
        return Client.SendAsync(new Message.Write(_ids, new(_job++), DependsOnLast(), new((ulong)start), contexts, data));
    }

    public Task SendFlushAsync() => Client.SendAsync(
        new Message.Flush(_ids, new(_job++), DependsOnLast(), new(++_flush), new(_generation), null, null));

    public Task SendReadAsync(int start, int count) => Client.SendAsync(
        new Message.ReadRequest(_ids, new(_job++), [], new((ulong)start), (ulong)count));

    /// <summary>The last flush was answered with success: only the newest of each block is possible.</summary>
    public void WasFlushed()
    {
        for (var i = 0; i < BlockCount; i++)
        {
            _possible[i].Clear();
            _possible[i].Add(_newest[i]);
        }
    }

    /// <summary>Writes and waits for the answer.</summary>
    public async Task<bool> WriteAsync(int start, params byte[] fills)
    {
        await SendWriteAsync(start, fills);
        return (await AnswerAsync<Message.WriteAck>()).Result.IsOk;
    }

    public async Task<bool> FlushAsync()
    {
        await SendFlushAsync();
        if (!(await AnswerAsync<Message.FlushAck>()).Result.IsOk)
            return false;
        WasFlushed();
        return true;
    }

    /// <summary>Reads everything, and takes what it finds for what is there.</summary>
    public async Task VerifyAsync(string when)
    {
        await SendReadAsync(0, BlockCount);
        var read = await AnswerAsync<Message.ReadResponse>();
        Assert.True(read.Blocks.IsOk, $"{when}: {read.Blocks.Error}");
        for (var i = 0; i < BlockCount; i++)
        {
            var block = read.Data.Span.Slice(i * BlockSize, BlockSize);
            Assert.True(block.IndexOfAnyExcept(block[0]) < 0, $"{when}: block {i} is torn");
            Assert.True(_possible[i].Contains(block[0]),
                $"{when}: block {i} holds {block[0]}, possible are {string.Join(", ", _possible[i])}");
            _possible[i].Add(block[0]);
            _newest[i] = block[0];
        }
    }

    /// <summary>What each block of an extent holds.</summary>
    public async Task<byte[]> ContentAsync(int extent)
    {
        const int Blocks = BlockCount / 4;
        await SendReadAsync(extent * Blocks, Blocks);
        var read = await AnswerAsync<Message.ReadResponse>();
        return [.. Enumerable.Range(0, Blocks).Select(i => read.Data.Span[i * BlockSize])];
    }

    /// <summary>The next answer of a kind; reports of attempts that failed are passed over.</summary>
    public async Task<T> AnswerAsync<T>()
        where T : Message
    {
        while (true)
        {
            if (await Client.ReceiveAsync() is not Message.ErrorReport and var message)
                return Assert.IsType<T>(message);
        }
    }

    /// <summary>Sets the largest size of a file the process may write, in bytes; null for no limit.</summary>
    public void LimitFiles(long? bytes)
    {
        const int FileSize = 1;
        ulong[] limits = [bytes is { } most ? (ulong)most : ulong.MaxValue, ulong.MaxValue];
        Assert.Equal(0, SetLimits(ProcessId, FileSize, limits, IntPtr.Zero));
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        Client?.Dispose();
        _scratch.Dispose();
    }

    // A write waits for the one before it, so the order of versions is the order in which they were sent.
    private JobId[] DependsOnLast() => _job == 1001 ? [] : [new(_job - 2)];

    [DllImport("libc", EntryPoint = "prlimit", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetLimits(int process, int resource, ulong[] limits, IntPtr old);
}
