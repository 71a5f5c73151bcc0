using System.Buffers;
using BenchmarkDotNet.Attributes;
using Crucible.Wire;

namespace PropolisActors.Benchmarks;

/// <summary>What every guest write costs before it reaches a socket: the hash of its blocks and the frame around them.</summary>
[MemoryDiagnoser]
public class WireBenchmarks
{
    private readonly ArrayBufferWriter<byte> _output = new(1024 * 1024);
    private byte[] _block = [];
    private Message.Write _write = null!;
    private ReadOnlySequence<byte> _frame;

    /// <summary>Bytes in a block.</summary>
    [Params(512, 4096)]
    public int BlockSizeBytes { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        const int Blocks = 8;
        _block = [.. Enumerable.Range(0, BlockSizeBytes).Select(i => (byte)i)];
        var data = Enumerable.Repeat(_block, Blocks).SelectMany(block => block).ToArray();
        _write = new Message.Write(
            new SessionIds(new UpstairsId(Guid.NewGuid()), new SessionId(Guid.NewGuid())),
            new JobId(1000),
            [],
            new BlockIndex(0),
            [.. Enumerable.Repeat(new BlockContext(BlockHash.Plain(_block), null), Blocks)],
            data);
        _output.ResetWrittenCount();
        MessageCodec.Encode(_write, _output);
        // The decoder takes a frame without its length prefix.
        _frame = new ReadOnlySequence<byte>(_output.WrittenSpan[4..].ToArray());
    }

    [Benchmark]
    public ulong HashBlock() => BlockHash.Plain(_block);

    [Benchmark]
    public int EncodeHeaderOfEightBlocks()
    {
        _output.ResetWrittenCount();
        return MessageCodec.EncodeHeader(_write, _output);
    }

    [Benchmark]
    public bool DecodeEightBlocks() => MessageCodec.TryDecode(_frame, out _, out _);
}
