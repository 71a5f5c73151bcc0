using Crucible.Wire;

namespace Crucible.Core.Upstairs;

/// <summary>The four consecutive job ids with which live repair works on one extent.</summary>
/// <param name="Extent">Which extent.</param>
/// <param name="Close">The first id.</param>
/// <param name="CloseDependencies">What the close job must wait for; known when the ids were taken, which may be long
/// before they are sent.</param>
/// <param name="Flush">What the good copies flush the extent with as they close it. Taken with the ids: a flush that was
/// created after them waits for this one, so a number taken later would make the older content look the newer.</param>
internal readonly record struct RepairGroup(
    ExtentId Extent, JobId Close, JobId[] CloseDependencies, FlushNumber Flush)
{
    /// <summary>Ids in a group.</summary>
    public const ulong Size = 4;

    public JobId Repair => new(Close.Value + 1);

    public JobId NoOp => new(Close.Value + 2);

    /// <summary>What later jobs on this extent wait for.</summary>
    public JobId Reopen => new(Close.Value + 3);
}
