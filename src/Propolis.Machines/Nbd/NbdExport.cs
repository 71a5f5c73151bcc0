using Crucible.Net;

namespace Propolis.Machines.Nbd;

/// <summary>One disk as NBD clients see it.</summary>
/// <param name="Name">What a client asks for, at most 4096 bytes of UTF-8; clients that give no name ask for the empty one.</param>
/// <param name="Description">A line for people.</param>
/// <param name="Device">Where its blocks are. The server uses it and never closes it.</param>
/// <param name="IsExclusive">
/// One client at a time: a new one cuts the older one off before it is answered, so that nothing the older one sent can act
/// after what the newer one sends. For a client that connects again and sends again what was not answered, such as QEMU.
/// </param>
public sealed record NbdExport(string Name, string Description, IBlockDevice Device, bool IsExclusive = false)
{
    internal NbdExportFlags Flags
    {
        get
        {
            var flags = NbdExportFlags.HasFlags | NbdExportFlags.Flush | NbdExportFlags.ForceUnitAccess;
            flags |= Device.ReadOnly ? NbdExportFlags.ReadOnly : NbdExportFlags.Trim | NbdExportFlags.WriteZeroes;
            // A flush of the device covers every complete write, whoever made it.
            return IsExclusive ? flags : flags | NbdExportFlags.MultiConnection;
        }
    }
}
