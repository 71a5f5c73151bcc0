namespace Crucible.Wire.Tests;

public sealed class CrucibleErrorTests
{
    [Fact]
    public void Phrases_that_clients_rely_on_are_said_as_they_are_written()
    {
        Assert.Equal(
            "IO Error: too many inactive clients: need 3, got 2",
            CrucibleError.Io("too many inactive clients: need 3, got 2").Describe());
        Assert.Equal(
            "Upstairs is not active", new CrucibleError.Plain(CrucibleErrorKind.UpstairsInactive).Describe());
        Assert.Equal(
            "Negotiation error: Generation 0 is illegal",
            new CrucibleError.Negotiation(new NegotiationError.GenerationZeroIsIllegal()).Describe());
        Assert.Equal(
            "Negotiation error: Generation number is too low: requested 4, found 9",
            new CrucibleError.Negotiation(new NegotiationError.GenerationNumberTooLow(4, 9)).Describe());
        Assert.Equal(
            "Generation number is too low: requested 4, found 9",
            new NegotiationError.GenerationNumberTooLow(4, 9).Describe());
    }

    [Fact]
    public void Every_error_says_something_and_no_two_say_the_same()
    {
        var generator = new MessageGenerator(0);
        var errors = Enum.GetValues<CrucibleErrorKind>()
            .Where(kind => kind != CrucibleErrorKind.NegotiationError).Select(generator.Error)
            .Concat(Enum.GetValues<NegotiationErrorKind>()
                .Select(kind => new CrucibleError.Negotiation(generator.Negotiation(kind))));
        // Up to the colon is the kind's own phrase, except that negotiation errors have one more before it.
        var phrases = errors.Select(error => error.Describe()).ToList();
        Assert.DoesNotContain(phrases, string.IsNullOrWhiteSpace);
        Assert.Equal(phrases.Count, phrases.Distinct().Count());
    }
}
