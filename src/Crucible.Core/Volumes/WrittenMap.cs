namespace Crucible.Core.Volumes;

/// <summary>
/// What has been seen of which blocks of a part that cannot change were ever written. Bounded: what does not fit is forgotten,
/// and has to be asked again. One thread at a time.
/// </summary>
public sealed class WrittenMap
{
    /// <summary>Blocks that share a page of two bits each.</summary>
    private const int PageBlocks = 32 * 1024;

    private readonly Dictionary<ulong, Page> _pages = [];
    private readonly Queue<ulong> _age = new();
    private readonly int _pagesMax;

    /// <summary>Knows nothing yet.</summary>
    /// <param name="pagesMax">Pages of 32 768 blocks kept, 8 KiB each; at least 1.</param>
    public WrittenMap(int pagesMax)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pagesMax, 1);
        _pagesMax = pagesMax;
    }

    /// <summary>What is known of a range of blocks taken together.</summary>
    public enum Known
    {
        /// <summary>Not of every block; or some were written and some not.</summary>
        Unclear,
        AllWritten,
        NoneWritten,
    }

    /// <summary>What is known of <paramref name="count"/> blocks, at least one.</summary>
    public Known Of(ulong start, int count)
    {
        var (written, unwritten) = (true, true);
        for (var i = 0; i < count && (written || unwritten); i++)
        {
            var block = start + (ulong)i;
            if (!_pages.TryGetValue(block / PageBlocks, out var page))
                return Known.Unclear;
            var at = (int)(block % PageBlocks);
            written &= page.IsWritten(at);
            unwritten &= page.IsUnwritten(at);
        }

        return written ? Known.AllWritten : unwritten ? Known.NoneWritten : Known.Unclear;
    }

    /// <summary>Takes in what a read told of its blocks.</summary>
    public void Learn(ulong start, ReadOnlySpan<bool> written)
    {
        for (var i = 0; i < written.Length; i++)
        {
            var block = start + (ulong)i;
            PageOf(block / PageBlocks).Set((int)(block % PageBlocks), written[i]);
        }
    }

    private Page PageOf(ulong number)
    {
        if (_pages.TryGetValue(number, out var page))
            return page;
        if (_pages.Count == _pagesMax)
            _pages.Remove(_age.Dequeue());
        _age.Enqueue(number);
        return _pages[number] = new Page();
    }

    private sealed class Page
    {
        private readonly ulong[] _written = new ulong[PageBlocks / 64];
        private readonly ulong[] _unwritten = new ulong[PageBlocks / 64];

        public bool IsWritten(int at) => (_written[at / 64] >> (at % 64) & 1) != 0;

        public bool IsUnwritten(int at) => (_unwritten[at / 64] >> (at % 64) & 1) != 0;

        public void Set(int at, bool isWritten)
        {
            var bit = 1ul << (at % 64);
            if (isWritten)
                _written[at / 64] |= bit;
            else
                _unwritten[at / 64] |= bit;
        }
    }
}
