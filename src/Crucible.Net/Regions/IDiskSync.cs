using Microsoft.Win32.SafeHandles;

namespace Crucible.Net.Regions;

/// <summary>The one way in which a region asks for durability, so that tests can make it fail.</summary>
public interface IDiskSync
{
    /// <summary>Returns when everything written to the file is on stable storage.</summary>
    /// <exception cref="IOException">It is not, and what was not is unknown: asking again proves nothing.</exception>
    void Sync(SafeFileHandle file);
}
