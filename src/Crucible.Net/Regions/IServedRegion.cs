using Crucible.Core.Downstairs;
using Crucible.Wire;

namespace Crucible.Net.Regions;

/// <summary>
/// One copy of a volume's blocks, as a disk server uses it. What each member does and promises is said at
/// <see cref="Region"/>, which keeps its blocks in files; <see cref="MemoryRegion"/> keeps them in memory. One caller at a
/// time, but for what another thread may ask: that is said there too.
/// </summary>
/// <remarks>Every method may throw <see cref="RegionIoException"/>, which holds what the upstairs is told.</remarks>
public interface IServedRegion
{
    RegionDefinition Definition { get; }

    bool ReadOnly { get; }

    PromotionRecord? Promotion { get; }

    FlushMark? Flushed { get; }

    /// <summary>Nothing here ever waits, so it needs no thread of its own.</summary>
    bool AnswersAtOnce { get; }

    /// <summary>Why nothing can be promised any more; null while all is well. Safe from any thread.</summary>
    string? Poison { get; }

    /// <summary>The most blocks one read may ask for, so that the answer fits a frame.</summary>
    ulong ReadBlocksMax { get; }

    Message.ExtentState[] Versions();

    void StorePromotion(PromotionRecord record);

    void Heal();

    void Read(BlockIndex start, Span<ReadBlockContext> contexts, Span<byte> data);

    void Write(BlockIndex start, ReadOnlySpan<BlockContext> contexts, ReadOnlyMemory<byte> data);

    /// <summary>False if that cannot be done at once: then nothing was written, and each is to be tried by
    /// itself.</summary>
    bool TryWrite(ReadOnlySpan<BlockWrite> writes);

    void WriteUnwritten(BlockIndex start, ReadOnlySpan<BlockContext> contexts, ReadOnlyMemory<byte> data);

    void Flush(Generation generation, FlushNumber flush, ExtentId? limit, FlushMark? mark);

    void FlushExtent(ExtentId extent, Generation generation, FlushNumber flush);

    Message.ExtentState CloseExtent(ExtentId extent);

    void ReopenExtent(ExtentId extent);

    void ReopenAll();

    void TakeSnapshot(string name);

    bool HasSnapshot(string name);

    ExtentCopy BeginCopy(ExtentId extent);

    /// <summary>The definition as JSON. Safe from any thread.</summary>
    byte[] DefinitionJson();

    /// <summary>Safe from any thread.</summary>
    bool IsExtentStable(ExtentId extent);

    /// <summary>Safe from any thread.</summary>
    ExtentExport ExportExtent(ExtentId extent);
}
