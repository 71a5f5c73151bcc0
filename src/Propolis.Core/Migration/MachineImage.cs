namespace Propolis.Core.Migration;

/// <summary>A guest that stands still, as it goes to another server.</summary>
/// <param name="Memory">What is not zero in its memory, from address 0 on; at most <see cref="MemoryBytesMax"/>.</param>
/// <param name="Devices">State of each device that has any.</param>
public sealed record MachineImage(ReadOnlyMemory<byte> Memory, IReadOnlyList<DeviceState> Devices)
{
    /// <summary>More is refused on both ends.</summary>
    public const int MemoryBytesMax = 16 * 1024 * 1024;
}

/// <summary>State of one device.</summary>
/// <param name="Name">Which device; its machine knows it by that.</param>
/// <param name="Payload">In the device's own form.</param>
public sealed record DeviceState(string Name, string Payload);
