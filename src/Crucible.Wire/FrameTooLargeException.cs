namespace Crucible.Wire;

/// <summary>A message was to be encoded whose frame would be over the limit; nothing was written.</summary>
/// <param name="kind">The message's kind.</param>
/// <param name="frameBytes">The length the frame would have had, prefix included.</param>
public sealed class FrameTooLargeException(MessageKind kind, long frameBytes) : Exception(
    $"A {kind} frame of {frameBytes} bytes is over the limit of {ProtocolLimits.MaxFrameBytes} bytes.")
{
    public MessageKind Kind => kind;

    /// <summary>Bytes, length prefix included.</summary>
    public long FrameBytes => frameBytes;
}
