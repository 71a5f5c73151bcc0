using System.Buffers;
using System.Net;
using Crucible.Wire;

namespace Crucible.Net.Replay;

/// <summary>
/// Frames of a recorded session as they must be in another run: repair servers have other addresses there, and errors
/// other words (protocol section 20). Everything else is fixed to the byte.
/// </summary>
internal static class RecordedFrame
{
    /// <summary>Where a server of the recording offered its extents; null when the frame does not say.</summary>
    public static IPEndPoint? RepairAddress(byte[] frame) => Decode(frame) is Message.YesItsMe hello
        ? hello.RepairAddress
        : null;

    /// <summary>What the upstairs sends in this run.</summary>
    /// <param name="frame">As it was recorded.</param>
    /// <param name="addresses">Addresses of this run by those recorded. Others stay: nobody is to be there.</param>
    public static byte[] ToSend(byte[] frame, IReadOnlyDictionary<IPEndPoint, IPEndPoint> addresses) =>
        Decode(frame) switch
        {
            Message.ExtentRepair m when addresses.TryGetValue(m.SourceRepairAddress, out var here) =>
                Encode(m with { SourceRepairAddress = here }),
            Message.ExtentLiveRepair m when addresses.TryGetValue(m.SourceRepairAddress, out var here) =>
                Encode(m with { SourceRepairAddress = here }),
            _ => frame,
        };

    /// <summary>Whether a server's frame is the recorded one.</summary>
    public static bool IsSame(byte[] recorded, byte[] actual)
    {
        if (recorded.AsSpan().SequenceEqual(actual))
            return true;
        return (Decode(recorded), Decode(actual)) switch
        {
            (Message.YesItsMe was, Message.YesItsMe now) =>
                Encode(was with { RepairAddress = now.RepairAddress }).AsSpan().SequenceEqual(actual)
                && now.RepairAddress.Address.Equals(was.RepairAddress.Address),
            (Message.ErrorReport { Error: CrucibleError.WithText } was,
                Message.ErrorReport { Error: CrucibleError.WithText error } now) =>
                Encode(was with { Error = new CrucibleError.WithText(was.Error.Kind, error.Text) })
                    .AsSpan().SequenceEqual(actual) && now.Error.Kind == was.Error.Kind,
            _ => false,
        };
    }

    /// <summary>The message in a frame with its length prefix; null when there is none.</summary>
    public static Message? Decode(byte[] frame) =>
        frame.Length > sizeof(uint) && MessageCodec.TryDecode(frame.AsMemory(sizeof(uint)), out var message, out _)
            ? message
            : null;

    private static byte[] Encode(Message message)
    {
        var frame = new ArrayBufferWriter<byte>();
        MessageCodec.Encode(message, frame);
        return frame.WrittenSpan.ToArray();
    }
}
