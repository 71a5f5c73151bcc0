using Crucible.Wire;

namespace Crucible.Core.Downstairs;

/// <summary>What the machine asks of storage. Storage does one piece after another, in the order it was
/// given.</summary>
public abstract record StorageWork
{
    private StorageWork()
    {
    }

    /// <summary>Makes a promotion durable (if <paramref name="Record"/> is not null) and reopens every closed
    /// extent.</summary>
    /// <remarks>Answered by <see cref="StorageResult.Done"/>.</remarks>
    public sealed record Promote(PromotionRecord? Record) : StorageWork;

    /// <summary>Reads the metadata of all extents, answered by <see cref="StorageResult.Versions"/>.</summary>
    public sealed record ReadVersions : StorageWork;

    /// <summary>Does what one message says: a job of section 13 or 14, or a reconciliation step of section
    /// 11.</summary>
    /// <remarks>Answered by <see cref="StorageResult.Blocks"/> or
    /// <see cref="StorageResult.Answered"/> for ReadRequest, <see cref="StorageResult.Extent"/> for
    /// ExtentLiveClose and ExtentLiveFlushClose, <see cref="StorageResult.Done"/> for the others; any may
    /// fail. A flush that fails with SnapshotFailed has flushed all the same.</remarks>
    public sealed record Perform(Message Message) : StorageWork
    {
        private StorageResult.Answered? _answered;

        public Message Message { get; private set; } = Message;

        /// <summary>The result of a read whose answer was made already. The object is used again for the next work of this
        /// object.</summary>
        public StorageResult.Answered AnsweredBy(Message.ReadResponse reply)
        {
            _answered ??= new StorageResult.Answered(reply);
            _answered.Become(reply);
            return _answered;
        }

        internal void Become(Message message) => Message = message;
    }

    /// <summary>Asks whether a snapshot is there, for a flush that was done before and is not to be done
    /// again.</summary>
    /// <remarks>Answered by <see cref="StorageResult.Done"/> or a failure with SnapshotFailed.</remarks>
    public sealed record ConfirmSnapshot(string Name) : StorageWork;
}
