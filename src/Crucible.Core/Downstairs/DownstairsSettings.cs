using System.Net;
using Crucible.Wire;

namespace Crucible.Core.Downstairs;

/// <summary>What a disk server says about itself; fixed while it runs.</summary>
/// <param name="Region">The region it serves.</param>
/// <param name="ReadOnly">It was opened without the right to write.</param>
/// <param name="RepairAddress">Where other disk servers can fetch extents from it; told in YesItsMe.</param>
public sealed record DownstairsSettings(RegionDefinition Region, bool ReadOnly, IPEndPoint RepairAddress);
