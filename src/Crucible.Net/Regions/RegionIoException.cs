using Crucible.Wire;

namespace Crucible.Net.Regions;

/// <summary>An operation on an open region failed.</summary>
/// <param name="error">What the upstairs is told.</param>
/// <param name="mayPass">Another attempt could succeed; false for what never will.</param>
public sealed class RegionIoException(CrucibleError error, bool mayPass, Exception? inner = null)
    : Exception(error.Describe(), inner)
{
    public CrucibleError Error => error;

    public bool MayPass => mayPass;
}
