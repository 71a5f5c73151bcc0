using Crucible.Wire;

namespace Crucible.Core.Upstairs;

/// <summary>The four consecutive job ids with which live repair works on one extent.</summary>
/// <param name="Extent">Which extent.</param>
/// <param name="Close">The first id.</param>
/// <param name="CloseDependencies">What the close job must wait for; known when the ids were taken, which may be long
/// before they are sent.</param>
internal readonly record struct RepairGroup(ExtentId Extent, JobId Close, JobId[] CloseDependencies)
{
    /// <summary>Ids in a group.</summary>
    public const ulong Size = 4;

    public JobId Repair => new(Close.Value + 1);

    public JobId NoOp => new(Close.Value + 2);

    /// <summary>What later jobs on this extent wait for.</summary>
    public JobId Reopen => new(Close.Value + 3);
}
