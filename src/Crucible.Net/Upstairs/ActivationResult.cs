using Crucible.Wire;

namespace Crucible.Net.Upstairs;

/// <summary>What became of an activation: active, or why not.</summary>
/// <param name="Error">Null when the region set serves I/O.</param>
public sealed record ActivationResult(CrucibleError? Error)
{
    public bool IsActive => Error is null;
}
