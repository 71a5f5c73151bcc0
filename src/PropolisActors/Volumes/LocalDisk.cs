using System.Numerics;
using Crucible.Net;
using Crucible.Net.Volumes;
using Propolis.Core.Spec;

namespace PropolisActors.Volumes;

/// <summary>Opens the disks that are no network volumes. Source: propolis-server API, sections 4.6 and 5.3.</summary>
internal static class LocalDisk
{
    private const uint BlockSizeMin = 512;
    private const uint BlockSizeMax = 32_768;

    /// <summary>Opens one.</summary>
    /// <returns>The disk, to be disposed of if it can be.</returns>
    /// <exception cref="IOException">It cannot be opened; the message says why.</exception>
    public static IBlockDevice Open(Component.StorageBackend backend) => backend switch
    {
        Component.FileStorageBackend file => OpenFile(file),
        // What a guest writes there would have to move with it in a migration, which it cannot yet.
        Component.BlobStorageBackend { ReadOnly: false } => throw new IOException("a blob must be read-only here"),
        Component.BlobStorageBackend blob => new BlobDevice(Convert.FromBase64String(blob.Base64)),
        _ => throw new System.Diagnostics.UnreachableException(backend.GetType().Name),
    };

    private static FileDevice OpenFile(Component.FileStorageBackend file)
    {
        if (!BitOperations.IsPow2(file.BlockSizeBytes) || file.BlockSizeBytes is < BlockSizeMin or > BlockSizeMax)
            throw new IOException($"block_size is {file.BlockSizeBytes}, not a power of two from {BlockSizeMin} to {BlockSizeMax}");
        try
        {
            return file.ReadOnly
                ? FileDevice.OpenReadOnly(file.Path, file.BlockSizeBytes)
                : FileDevice.Open(file.Path, file.BlockSizeBytes);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new IOException(e.Message, e);
        }
    }
}
