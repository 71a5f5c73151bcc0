using Crucible.Wire;

namespace Crucible.Core.Upstairs;

/// <summary>How one extent is made equal on all copies: one copy is the truth, and some others take it over.</summary>
/// <param name="Destinations">In slot order, without the source; never empty.</param>
public readonly record struct ExtentMend(ExtentId Extent, ClientId Source, ClientId[] Destinations);
