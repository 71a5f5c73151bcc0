using System.Buffers.Binary;
using System.Text.Json;
using Propolis.Core.Migration;

namespace Propolis.Machines.Simulated;

/// <summary>
/// Lays a guest out as a machine's memory and devices: at address 0 a length in 8 bytes, little-endian, then what it is as
/// JSON; its terminal line is the device <c>com1</c>.
/// </summary>
internal static class GuestImage
{
    private const int HeaderBytes = 8;
    private const string ConsoleDevice = "com1";

    public static MachineImage Of(GuestState guest)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(guest, GuestStateJson.Default.GuestState);
        var memory = new byte[HeaderBytes + json.Length];
        BinaryPrimitives.WriteInt64LittleEndian(memory, json.Length);
        json.CopyTo(memory.AsSpan(HeaderBytes));
        return new MachineImage(
            memory,
            [new DeviceState(ConsoleDevice, JsonSerializer.Serialize(guest.Console, GuestStateJson.Default.GuestConsoleState))]);
    }

    /// <summary>Reads it again; the device's state wins over the memory's.</summary>
    /// <exception cref="FormatException">It is no such image.</exception>
    public static GuestState Read(MachineImage image)
    {
        var memory = image.Memory.Span;
        if (memory.Length < HeaderBytes || memory.Length > MachineImage.MemoryBytesMax)
            throw new FormatException("no guest in memory");
        var length = BinaryPrimitives.ReadInt64LittleEndian(memory);
        if (length < 0 || length > memory.Length - HeaderBytes)
            throw new FormatException("a guest larger than its memory");
        if (image.Devices is not [{ Name: ConsoleDevice } console])
            throw new FormatException($"exactly the device {ConsoleDevice} is known here");
        try
        {
            var guest = JsonSerializer.Deserialize(memory.Slice(HeaderBytes, (int)length), GuestStateJson.Default.GuestState);
            var line = JsonSerializer.Deserialize(console.Payload, GuestStateJson.Default.GuestConsoleState);
            return guest is not null && line is not null
                ? guest with { Console = line }
                : throw new FormatException("null instead of a guest");
        }
        catch (JsonException e)
        {
            throw new FormatException($"no guest in memory: {e.Message}", e);
        }
    }
}
