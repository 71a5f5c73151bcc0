using Crucible.Wire;

namespace Crucible.Core.Downstairs;

/// <summary>How a piece of <see cref="StorageWork"/> ended.</summary>
public abstract record StorageResult
{
    private StorageResult()
    {
    }

    /// <summary>It worked and has nothing to say.</summary>
    public sealed record Done : StorageResult
    {
        public static Done Instance { get; } = new();
    }

    /// <summary>Blocks that were read, one context each.</summary>
    public sealed record Blocks(ReadBlockContext[] Contexts, ReadOnlyMemory<byte> Data) : StorageResult;

    /// <summary>The same as the answer that is to be sent, held for the machine.</summary>
    public sealed record Answered(Message.ReadResponse Reply) : StorageResult
    {
        public Message.ReadResponse Reply { get; private set; } = Reply;

        internal void Become(Message.ReadResponse reply) => Reply = reply;
    }

    /// <summary>The metadata of all extents, in order.</summary>
    public sealed record Versions(Message.ExtentState[] Extents) : StorageResult;

    /// <summary>The metadata of an extent as it was closed.</summary>
    public sealed record Extent(Message.ExtentState State) : StorageResult;

    /// <summary>It did not work.</summary>
    /// <param name="Error">What the upstairs is told.</param>
    /// <param name="MayPass">Another attempt could succeed (a full disk, a passing I/O error); false for what never
    /// will, such as a wrong hash.</param>
    public sealed record Failed(CrucibleError Error, bool MayPass) : StorageResult;
}
