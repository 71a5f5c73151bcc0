namespace Crucible.Net.Volumes;

/// <summary>A piece of a volume: a disk that also knows which of its blocks were ever written.</summary>
public interface IVolumePart : IBlockDevice
{
    /// <summary>
    /// Fills <paramref name="destination"/> like <see cref="IBlockDevice.ReadAsync"/>, blocks never written with zeros, and
    /// tells of each block whether it was ever written.
    /// </summary>
    /// <param name="written">One for each block of <paramref name="destination"/>.</param>
    ValueTask<IoResult> ReadWrittenAsync(
        ulong offsetBytes, Memory<byte> destination, Memory<bool> written, CancellationToken ct);

    /// <summary>Writes like <see cref="IBlockDevice.WriteAsync"/>, but leaves alone each block that was ever written.</summary>
    ValueTask<IoResult> WriteUnwrittenAsync(ulong offsetBytes, ReadOnlyMemory<byte> data, CancellationToken ct);
}
