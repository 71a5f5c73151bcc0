using Akka.Configuration;

namespace Propolis.Hocon.Tests;

/// <summary>What is read here means the same to the Akka in use, which is handed it as text.</summary>
/// <remarks>Three things cannot be handed on to the packages: a text that says <c>null</c>, <c>yes</c> or <c>no</c> as a
/// boolean, and blanks or line ends at the end of a text, which they cut off.</remarks>
public sealed class HandedOnTests
{
    [Theory]
    [InlineData("a = 1", "a", "1")]
    [InlineData("a = \"\"", "a", "")]
    [InlineData("a = plain words", "a", "plain words")]
    [InlineData("a = \"quote \\\" slash \\\\ tab \\t line \\n end\"", "a", "quote \" slash \\ tab \t line \n end")]
    [InlineData("a = \"# no comment // either\"", "a", "# no comment // either")]
    [InlineData("a = \"${b} is text\", b = 1", "a", "${b} is text")]
    [InlineData("a = ${b}, b = 1", "a", "1")]
    [InlineData("a = ${?HANDED_ON_ABSENT}\nb = 1", "a", null)]
    [InlineData("a = first\na = ${?HANDED_ON_PRESENT}", "a", "from environment")]
    [InlineData("p = /bin\np = ${p}\":/usr\"", "p", "/bin:/usr")]
    [InlineData("a { \"/user/x\" { dispatcher = d } }", "a./user/x.dispatcher", "d")]
    [InlineData("\"a.b\" { \"c d\" = 1 }", "\"a.b\".\"c d\"", "1")]
    [InlineData("a = \"akka.tcp://propolis@127.0.0.1:12401\"", "a", "akka.tcp://propolis@127.0.0.1:12401")]
    [InlineData("a = \"{[,:=]}\"", "a", "{[,:=]}")]
    [InlineData("a {}, b = 1", "b", "1")]
    [InlineData("include-me = 1, b.include = 2", "b.include", "2")]
    [InlineData("a = \"\\u00e9\\u4e2d\"", "a", "\u00e9\u4e2d")]
    public void A_text_is_the_same_to_akka(string hocon, string path, string? expected)
    {
        Environment.SetEnvironmentVariable("HANDED_ON_PRESENT", "from environment");

        Assert.Equal(expected, HandOn(hocon).GetString(path));
    }

    [Fact]
    public void Lists_durations_sizes_and_booleans_are_the_same_to_akka()
    {
        var config = HandOn(
            "l = [b, \"a c\", \"x, y\"]\ne = []\nd = 1.5 s\ni = infinite\ns = 128k\non = on\noff = off\nm += 1");

        Assert.Equal(["b", "a c", "x, y"], config.GetStringList("l"));
        Assert.Empty(config.GetStringList("e"));
        Assert.Equal(TimeSpan.FromMilliseconds(1500), config.GetTimeSpan("d"));
        Assert.Equal(Timeout.InfiniteTimeSpan, config.GetTimeSpan("i"));
        Assert.Equal(131_072, config.GetByteSize("s"));
        Assert.True(config.GetBoolean("on"));
        Assert.False(config.GetBoolean("off", true));
        Assert.Equal([1], config.GetIntList("m"));
    }

    [Fact]
    public void An_empty_text_is_handed_on_as_nothing() => Assert.True(HandOn("# nothing").IsEmpty);

    private static Config HandOn(string hocon) => ConfigurationFactory.ParseString(HoconReader.Read(hocon).ToString());
}
