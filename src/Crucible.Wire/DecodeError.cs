namespace Crucible.Wire;

/// <summary>Why a frame is not a message: what is wrong and where. Says numbers only, never what a peer wrote.</summary>
/// <param name="Problem">What is wrong.</param>
/// <param name="Message">The message the discriminant names; null when it names none.</param>
/// <param name="Field">The field in wire terms, e.g. <c>contexts[3].hash</c>.</param>
/// <param name="Offset">Where the bad field starts, in bytes from the start of the frame, length prefix included.</param>
/// <param name="Found">The number that was found there; 0 when the frame ends first.</param>
public sealed record DecodeError(DecodeProblem Problem, MessageKind? Message, string Field, long Offset, ulong Found)
{
    /// <summary>One line for a log, e.g. <c>Write.contexts at byte 96: count 77 is more than the frame holds</c>.</summary>
    public override string ToString()
    {
        var name = Message is { } kind ? $"{kind}.{Field}" : Field;
        return $"{name} at byte {Offset}: {Explain()}";
    }

    private string Explain() => Problem switch
    {
        DecodeProblem.Truncated => "the frame ends inside this field",
        DecodeProblem.FrameTooLong => $"{Found} bytes are over the limit of {ProtocolLimits.MaxFrameBytes}",
        DecodeProblem.UnknownMessage => $"no message has the number {Found}",
        DecodeProblem.BadBool => $"{Found} is neither 0 nor 1",
        DecodeProblem.BadTag => $"{Found} is not a known tag",
        DecodeProblem.BadUuidLength => $"a UUID has 16 bytes, not {Found}",
        DecodeProblem.CountPastEnd => $"count {Found} is more than the frame holds",
        DecodeProblem.TooManyBlocks => $"{Found} blocks are over the limit of {ProtocolLimits.MaxBlocksPerFrame}",
        DecodeProblem.NotUtf8 => "the text is not UTF-8",
        _ => Problem.ToString(),
    };
}
