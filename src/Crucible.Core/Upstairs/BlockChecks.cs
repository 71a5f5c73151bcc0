using Crucible.Wire;

namespace Crucible.Core.Upstairs;

/// <summary>The integrity check of unencrypted blocks (protocol sections 13.3 and 17.1).</summary>
internal static class BlockChecks
{
    /// <summary>What accompanies each block of a write.</summary>
    public static BlockContext[] ContextsOf(ReadOnlySpan<byte> data, int blockSize)
    {
        var contexts = new BlockContext[data.Length / blockSize];
        for (var i = 0; i < contexts.Length; i++)
            contexts[i] = new BlockContext(BlockHash.Plain(data.Slice(i * blockSize, blockSize)), Encryption: null);
        return contexts;
    }

    /// <summary>What is wrong with a reply to a read of so many blocks, or null.</summary>
    public static CrucibleError? Fault(
        ReadOnlySpan<ReadBlockContext> contexts, ReadOnlySpan<byte> data, ulong blocks, int blockSize)
    {
        if ((ulong)contexts.Length != blocks || (ulong)data.Length != blocks * (ulong)blockSize)
            return Refusals.WrongLength;
        for (var i = 0; i < contexts.Length; i++)
        {
            var block = data.Slice(i * blockSize, blockSize);
            var fault = contexts[i].Kind switch
            {
                ReadContextKind.Unencrypted when BlockHash.Plain(block) == contexts[i].Hash => null,
                ReadContextKind.Unencrypted => Refusals.HashMismatch,
                ReadContextKind.Empty when !block.ContainsAnyExcept((byte)0) => null,
                _ => Refusals.MissingBlockContext,
            };
            if (fault is not null)
                return fault;
        }

        return null;
    }
}
