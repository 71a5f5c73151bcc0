using Crucible.Core.Downstairs;
using Crucible.Wire;

namespace Crucible.Net.Downstairs;

/// <summary>One thing the event loop of a disk server hears: one of the three members that may be null.</summary>
/// <param name="Event">Anything else.</param>
/// <param name="From">Of a message.</param>
/// <param name="Message">A message of a connection, held for the loop.</param>
/// <param name="Done">Storage work that has ended.</param>
internal readonly record struct DownstairsNews(
    DownstairsEvent? Event, ConnectionNumber From, Message? Message, WorkDone? Done)
{
    public static implicit operator DownstairsNews(DownstairsEvent e) => new(e, default, null, null);

    public static implicit operator DownstairsNews(WorkDone done) => new(null, default, null, done);
}

/// <summary>How a piece of storage work ended.</summary>
internal readonly record struct WorkDone(WorkNumber Number, StorageWork Work, StorageResult Result);
