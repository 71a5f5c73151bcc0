using Akka.Configuration;

namespace Akka.Conformance.Tests;

/// <summary>HOCON that both providers read alike.</summary>
public sealed class ConfigurationReadingTests
{
    [Theory]
    [InlineData("a = 1", "a", "1")]
    [InlineData("a : 1", "a", "1")]
    [InlineData("a { b { c = deep } }", "a.b.c", "deep")]
    [InlineData("a.b.c = deep", "a.b.c", "deep")]
    [InlineData("a.b { c.d = deep }", "a.b.c.d", "deep")]
    [InlineData("{ \"a\" : { \"b\" : \"json\" } }", "a.b", "json")]
    [InlineData("a = first\na = second", "a", "second")]
    [InlineData("a { x = 1 }\na { y = 2 }", "a.x", "1")]
    [InlineData("a { x = 1 }\na { y = 2 }", "a.y", "2")]
    [InlineData("a { x = 1 }\na.x = 3", "a.x", "3")]
    [InlineData("# comment\na = 1 # trailing\n// other", "a", "1")]
    [InlineData("a = 1 // trailing", "a", "1")]
    [InlineData("a = plain words here  ", "a", "plain words here")]
    [InlineData("a = \"quoted # no comment\"", "a", "quoted # no comment")]
    [InlineData("a = \"tab\\tquote\\\"\"", "a", "tab\tquote\"")]
    [InlineData("a = \"\"\"C:\\raw\\path\"\"\"", "a", "C:\\raw\\path")]
    [InlineData("a { x = 1, y = 2 }", "a.y", "2")]
    [InlineData("\"a.b\" { c = 1 }", "\"a.b\".c", "1")]
    [InlineData("a { \"/user/x\" { dispatcher = d } }", "a./user/x.dispatcher", "d")]
    [InlineData("base = x\na = ${base}", "a", "x")]
    [InlineData("a = ${base.name}\nbase { name = later }", "a", "later")]
    [InlineData("", "absent", null)]
    public void Text_with_a_value_is_read_at_its_path(string hocon, string path, string? expected) =>
        Assert.Equal(expected, ConfigurationFactory.ParseString(hocon).GetString(path));

    [Theory]
    [InlineData("on", true)]
    [InlineData("true", true)]
    [InlineData("off", false)]
    [InlineData("false", false)]
    public void Boolean_words_are_read(string word, bool expected) =>
        Assert.Equal(expected, ConfigurationFactory.ParseString("a = " + word).GetBoolean("a", !expected));

    [Theory]
    [InlineData("5s", 5_000)]
    [InlineData("100 ms", 100)]
    [InlineData("250", 250)]
    [InlineData("2m", 120_000)]
    [InlineData("1h", 3_600_000)]
    [InlineData("1d", 86_400_000)]
    [InlineData("1.5s", 1_500)]
    [InlineData("3 seconds", 3_000)]
    [InlineData("infinite", -1)]
    public void Durations_are_read_in_their_unit(string text, int milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), ConfigurationFactory.ParseString("a = " + text).GetTimeSpan("a"));

    [Theory]
    [InlineData("128000b", 128_000)]
    [InlineData("128k", 131_072)]
    [InlineData("1 MiB", 1_048_576)]
    [InlineData("2 kB", 2_000)]
    [InlineData("77", 77)]
    public void Sizes_are_read_in_their_unit(string text, long bytes) =>
        Assert.Equal(bytes, ConfigurationFactory.ParseString("a = " + text).GetByteSize("a"));

    [Fact]
    public void Numbers_are_read_without_regard_to_culture()
    {
        var config = ConfigurationFactory.ParseString("i = -7, l = 9007199254740993, d = 2.5, f = 0.25, m = 1.10");

        Assert.Equal(-7, config.GetInt("i"));
        Assert.Equal(9007199254740993, config.GetLong("l"));
        Assert.Equal(2.5, config.GetDouble("d"));
        Assert.Equal(0.25f, config.GetFloat("f"));
        Assert.Equal(1.10m, config.GetDecimal("m"));
    }

    [Fact]
    public void Lists_keep_their_order()
    {
        var config = ConfigurationFactory.ParseString("s = [b, \"a c\"]\ni = [3, 1, 2]\nm = [\n  one\n  two\n]\ne = []");

        Assert.Equal(["b", "a c"], config.GetStringList("s"));
        Assert.Equal([3, 1, 2], config.GetIntList("i"));
        Assert.Equal(["one", "two"], config.GetStringList("m"));
        Assert.Empty(config.GetStringList("e"));
    }

    [Fact]
    public void An_absent_path_answers_the_default()
    {
        var config = ConfigurationFactory.ParseString("a = 1");

        Assert.False(config.HasPath("b"));
        Assert.True(config.HasPath("a"));
        Assert.Equal("d", config.GetString("b", "d"));
        Assert.Equal(4, config.GetInt("b", 4));
        Assert.True(config.GetBoolean("b", true));
        Assert.Equal(TimeSpan.FromSeconds(9), config.GetTimeSpan("b", TimeSpan.FromSeconds(9)));
        Assert.Equal(TimeSpan.Zero, config.GetTimeSpan("b"));
        Assert.True(config.GetConfig("b").IsNullOrEmpty());
    }

    [Fact]
    public void The_left_side_of_a_fallback_wins_key_by_key()
    {
        var config = ConfigurationFactory.ParseString("a { x = left }")
            .WithFallback(ConfigurationFactory.ParseString("a { x = right, y = right }\nb = right"));

        Assert.Equal("left", config.GetString("a.x"));
        Assert.Equal("right", config.GetString("a.y"));
        Assert.Equal("right", config.GetString("b"));
        Assert.Equal("right", config.GetConfig("a")!.GetString("y"));
    }

    [Fact]
    public void Three_layers_of_fallback_are_read_through()
    {
        Config config = "a.x = 1";
        config = config.WithFallback("a.y = 2").WithFallback("a { x = 9, y = 9, z = 3 }");

        Assert.Equal((1, 2, 3), (config.GetInt("a.x"), config.GetInt("a.y"), config.GetInt("a.z")));
    }

    [Fact]
    public void A_sub_configuration_is_read_by_paths_of_its_own()
    {
        var sub = ConfigurationFactory.ParseString("akka.actor { provider = cluster }").GetConfig("akka.actor");

        Assert.NotNull(sub);
        Assert.Equal("cluster", sub.GetString("provider"));
    }

    [Fact]
    public void The_empty_configuration_is_empty()
    {
        Assert.True(ConfigurationFactory.Empty.IsEmpty);
        Assert.True(((Config?)null).IsNullOrEmpty());
        Assert.False(ConfigurationFactory.ParseString("a = 1").IsNullOrEmpty());
    }

    [Fact]
    public void The_defaults_hold_the_documented_values()
    {
        var config = ConfigurationFactory.Default();

        Assert.Equal("INFO", config.GetString("akka.loglevel"));
        Assert.Equal("WARNING", config.GetString("akka.stdout-loglevel"));
        Assert.Equal(10, config.GetInt("akka.log-dead-letters"));
        Assert.False(config.GetBoolean("akka.log-config-on-start", true));
        Assert.Equal(Timeout.InfiniteTimeSpan, config.GetTimeSpan("akka.actor.ask-timeout"));
        Assert.Equal(TimeSpan.FromMinutes(5), config.GetTimeSpan("akka.log-dead-letters-suspend-duration"));
    }

    [Fact]
    public void An_include_is_answered_by_the_callback()
    {
        var config = ConfigurationFactory.ParseString("a {\n  include \"other\"\n  y = 2\n}",
            name => Akka.Configuration.Hocon.Parser.Parse($"x = \"{name}\"", null));

        Assert.Equal("other", config.GetString("a.x"));
        Assert.Equal(2, config.GetInt("a.y"));
    }

    [Theory]
    [InlineData("a = abc")]
    [InlineData("a = 1.5")]
    [InlineData("a = 99999999999")]
    public void Text_that_is_no_integer_is_refused(string hocon) =>
        Assert.ThrowsAny<Exception>(() => ConfigurationFactory.ParseString(hocon).GetInt("a"));

    [Fact]
    public void Infinite_is_refused_where_it_is_not_allowed() =>
        Assert.ThrowsAny<Exception>(
            () => ConfigurationFactory.ParseString("a = infinite").GetTimeSpan("a", null, allowInfinite: false));

    [Fact]
    public void A_substitution_that_leads_nowhere_is_refused() =>
        Assert.ThrowsAny<Exception>(() => ConfigurationFactory.ParseString("a = ${absent.path}"));
}
