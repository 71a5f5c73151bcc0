using System.Text;

namespace Propolis.Core.Spec;

/// <summary>One part of a VM: a device the guest sees, or a backend behind one.</summary>
/// <remarks>Names and fields are those of the API, section 4.6.</remarks>
public abstract record Component
{
    /// <summary>A disk device. Its backend is a <see cref="StorageBackend"/> of the same spec.</summary>
    public abstract record Disk(SpecKey BackendId, PciPath PciPath) : Component;

    public sealed record VirtioDisk(SpecKey BackendId, PciPath PciPath) : Disk(BackendId, PciPath);

    /// <summary>A disk the guest reaches through NVMe.</summary>
    /// <param name="BackendId">The storage behind it.</param>
    /// <param name="PciPath">Where the guest finds it.</param>
    /// <param name="SerialNumber">Exactly 20 bytes.</param>
    public sealed record NvmeDisk(SpecKey BackendId, PciPath PciPath, ValueList<byte> SerialNumber)
        : Disk(BackendId, PciPath)
    {
        public const int SerialNumberBytes = 20;
    }

    public sealed record VirtioNic(SpecKey BackendId, Guid InterfaceId, PciPath PciPath) : Component;

    public sealed record SerialPort(SerialPortNumber Number) : Component;

    public sealed record PciPciBridge(byte DownstreamBus, PciPath PciPath) : Component;

    public sealed record QemuPvpanic(bool EnableIsa) : Component;

    /// <summary>Which disks the firmware tries.</summary>
    /// <param name="Order">Keys of disk devices, first choice first.</param>
    public sealed record BootSettings(ValueList<SpecKey> Order) : Component;

    /// <summary>A guest-to-host socket (API version 3 and later).</summary>
    /// <param name="GuestCid">Valid from 3 to 2^32 - 1, checked when the machine is built.</param>
    /// <param name="PciPath">Where the guest finds it.</param>
    public sealed record VirtioSocket(ulong GuestCid, PciPath PciPath) : Component;

    public sealed record SoftNpuPciPort(PciPath PciPath) : Component;

    public sealed record SoftNpuPort(string LinkName, SpecKey BackendId) : Component;

    public sealed record SoftNpuP9(PciPath PciPath) : Component;

    public sealed record P9fs(string Source, string Target, uint ChunkSizeBytes, PciPath PciPath) : Component;

    public sealed record MigrationFailureInjector(uint FailExports, uint FailImports) : Component;

    /// <summary>What can stand behind a disk.</summary>
    public abstract record StorageBackend(bool ReadOnly) : Component;

    /// <summary>A network volume.</summary>
    /// <param name="RequestJson">The volume construction request, kept as it was sent. It may hold an encryption
    /// key, so nothing prints it.</param>
    /// <param name="ReadOnly">Whether the guest may write.</param>
    public sealed record CrucibleStorageBackend(string RequestJson, bool ReadOnly) : StorageBackend(ReadOnly)
    {
        protected override bool PrintMembers(StringBuilder builder)
        {
            builder.Append($"RequestJson = <redacted>, ReadOnly = {ReadOnly}");
            return true;
        }
    }

    /// <summary>A disk kept in a file of the host.</summary>
    /// <param name="Path">A file of the host.</param>
    /// <param name="ReadOnly">Whether the guest may write.</param>
    /// <param name="BlockSizeBytes">Block size shown to the guest.</param>
    /// <param name="Workers">At least 1, or null for the default.</param>
    public sealed record FileStorageBackend(string Path, bool ReadOnly, uint BlockSizeBytes, ulong? Workers)
        : StorageBackend(ReadOnly);

    /// <summary>A disk kept in memory and sent with the spec.</summary>
    /// <param name="Base64">The disk's content. It may hold secrets of the guest, so nothing prints it.</param>
    /// <param name="ReadOnly">Whether the guest may write.</param>
    public sealed record BlobStorageBackend(string Base64, bool ReadOnly) : StorageBackend(ReadOnly)
    {
        public const int BlockSizeBytes = 512;

        protected override bool PrintMembers(StringBuilder builder)
        {
            builder.Append($"Base64 = <{Base64.Length} characters>, ReadOnly = {ReadOnly}");
            return true;
        }
    }

    public sealed record VirtioNetworkBackend(string VnicName) : Component;

    public sealed record DlpiNetworkBackend(string VnicName) : Component;
}
