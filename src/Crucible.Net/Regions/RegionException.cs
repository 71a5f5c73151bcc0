namespace Crucible.Net.Regions;

/// <summary>A region could not be created or opened. The message is one sentence that names the path and the
/// cause.</summary>
public sealed class RegionException(RegionFault fault, string message, Exception? inner = null)
    : Exception(message, inner)
{
    public RegionFault Fault => fault;
}
