namespace Propolis.Core.Migration;

/// <summary>What the two ends of a migration say to each other once they have agreed how. Source: propolis-server API, 17.3.</summary>
public abstract record MigrationFrame
{
    private MigrationFrame()
    {
    }

    /// <summary>The last thing said was done.</summary>
    public sealed record Okay : MigrationFrame;

    /// <summary>The sender gives up. For people.</summary>
    public sealed record Error(string Text) : MigrationFrame
    {
        private const int ShownMax = 300;

        /// <summary>The text as it may stand in a reason of ours: not longer than a sentence or two, and printable.</summary>
        public string Shown => string.Concat(Text.Take(ShownMax).Select(static c => char.IsControl(c) ? '?' : c));
    }

    /// <summary>Structured text, whose meaning its place in the exchange says.</summary>
    public sealed record Serialized(string Text) : MigrationFrame
    {
        /// <summary>It may hold keys: the text is not shown.</summary>
        public override string ToString() => $"Serialized of {Text.Length} characters";
    }

    /// <summary>Bytes, whose meaning their place in the exchange says.</summary>
    public sealed record Blob(ReadOnlyMemory<byte> Bytes) : MigrationFrame;

    /// <summary>One page of guest memory, exactly <see cref="GuestPages.PageBytes"/> long.</summary>
    public sealed record Page(ReadOnlyMemory<byte> Bytes) : MigrationFrame;

    /// <summary>The target asks which pages there are from <paramref name="Start"/> on, before <paramref name="End"/>.</summary>
    public sealed record MemQuery(ulong Start, ulong End) : MigrationFrame;

    /// <summary>The source has these pages.</summary>
    public sealed record MemOffer(PageRange Pages) : MigrationFrame;

    /// <summary>The source has offered all of what was asked for.</summary>
    public sealed record MemEnd(ulong Start, ulong End) : MigrationFrame;

    /// <summary>The target wants these pages.</summary>
    public sealed record MemFetch(PageRange Pages) : MigrationFrame;

    /// <summary>These pages follow, each as a <see cref="Page"/>, in order.</summary>
    public sealed record MemXfer(PageRange Pages) : MigrationFrame;

    /// <summary>The target wants no more pages for now.</summary>
    public sealed record MemDone : MigrationFrame;
}
