namespace Crucible.Wire.Tests.Fuzz;

/// <summary>
/// Both decoders under mutated traffic: no exception but the declared answers, no hang, and no allocation that the
/// bytes received do not pay for. A failure prints seed, input and bytes.
/// </summary>
public sealed class DecoderFuzzTests
{
    private const long BytesPerSeed = 25_000_000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Mutated_traffic_is_decoded_or_refused_within_its_means(ulong seed) =>
        new DecoderRun(seed).Try(BytesPerSeed);

    [Fact]
    public void Mutated_traffic_reaches_every_message_and_every_problem_that_small_frames_can_have()
    {
        // Goal: the property above is not true merely because everything is refused at the door.
        var run = new DecoderRun(5);
        run.Try(5_000_000);

        Assert.Equal(Enum.GetValues<MessageKind>(), run.Decoded.Order());
        Assert.Equal(
            Enum.GetValues<DecodeProblem>().Except([DecodeProblem.FrameTooLong, DecodeProblem.TooManyBlocks]),
            run.Problems.Order());
        Assert.Equal(Enum.GetValues<FrameStatus>(), run.Statuses.Order());
    }
}
