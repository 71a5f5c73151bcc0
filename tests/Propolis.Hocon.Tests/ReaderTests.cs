namespace Propolis.Hocon.Tests;

/// <summary>The whole specification, exact errors, limits.</summary>
public sealed class ReaderTests
{
    [Theory]
    [InlineData("yes", true)]
    [InlineData("no", false)]
    public void Yes_and_no_are_booleans_too(string word, bool expected) =>
        Assert.Equal(expected, HoconReader.Read("a = " + word).Find(["a"])!.GetBoolean());

    [Theory]
    [InlineData("p = /bin\np = ${p}\":/usr\"", "p", "/bin:/usr")]
    [InlineData("p = ${?p}x", "p", "x")]
    [InlineData("a { x = 1 }\na { x = ${a.x}2 }", "a.x", "12")]
    [InlineData("a { x = 1, y = ${a.x} }", "a.y", "1")]
    [InlineData("a = ${b}, b { x = 1 }, a { y = ${a.x} }", "a.y", "1")]
    [InlineData("d { x = 1, y = 2 }, a = ${d} { y = 3 }", "a.x", "1")]
    [InlineData("d { x = 1, y = 2 }, a = ${d} { y = 3 }", "a.y", "3")]
    [InlineData("a = {x : 1} {y : 2}", "a.y", "2")]
    [InlineData("a = ${absent}\na = 1", "a", "1")]
    [InlineData("a = 1\na = ${?HOCON_TEST_ABSENT}", "a", "1")]
    [InlineData("a = ${?HOCON_TEST_ABSENT}", "a", null)]
    [InlineData("a = ${?HOCON_TEST_ABSENT} ${?HOCON_TEST_ABSENT}", "a", null)]
    [InlineData("a = 1\na = ${?HOCON_TEST_PRESENT}", "a", "from environment")]
    [InlineData("a = ${HOCON_TEST_PRESENT}", "a", "from environment")]
    [InlineData("HOCON_TEST_PRESENT = text, a = ${HOCON_TEST_PRESENT}", "a", "text")]
    [InlineData("n = 5, a = every ${n} s", "a", "every 5 s")]
    [InlineData("a = \"x\" \"y\"", "a", "x y")]
    [InlineData("a = \"\"\"one\ntwo\"\"\"", "a", "one\ntwo")]
    [InlineData("a = \"\"\"say \"hi\"\"\"\"", "a", "say \"hi\"")]
    [InlineData("a = \"\\u0041\"", "a", "A")]
    [InlineData("a = null", "a", null)]
    [InlineData("a = \"null\"", "a", "null")]
    [InlineData("akka\n{\n  b = 1\n}", "akka.b", "1")]
    [InlineData("a =\n  1", "a", "1")]
    [InlineData("a = 1,\nb = 2,", "b", "2")]
    [InlineData("a b.c = 1", "a b.c", "1")]
    [InlineData("include = 1", "include", "1")]
    [InlineData("\uFEFFa = 1\r\nb = 2\r\n", "a", "1")]
    public void Text_is_read_by_the_specification(string hocon, string path, string? expected)
    {
        Environment.SetEnvironmentVariable("HOCON_TEST_PRESENT", "from environment");

        Assert.Equal(expected, HoconReader.Read(hocon).Find(HoconReader.ReadPath(path))?.GetString());
    }

    [Theory]
    [InlineData("a = [1]\na += 2", "1 2")]
    [InlineData("a += 1", "1")]
    [InlineData("o { a = [1] }\no.a += 2\na = ${o.a}", "1 2")]
    [InlineData("b = [1, 2], a = ${b} [3]", "1 2 3")]
    [InlineData("a = [1]\na = [0] ${a}", "0 1")]
    [InlineData("a = [1, ${?HOCON_TEST_ABSENT}, 2]", "1 2")]
    public void Arrays_are_joined_by_the_specification(string hocon, string expected) =>
        Assert.Equal(expected, string.Join(' ', HoconReader.Read(hocon).Find(["a"])!.GetStringList()));

    [Theory]
    [InlineData("a = {", "hocon:1:5: expected '}' to close this object, found the end of the text")]
    [InlineData("a {\n  b = 1\n", "hocon:1:3: expected '}' to close this object, found the end of the text")]
    [InlineData("a = 1\n}", "hocon:2:1: expected a key name, found '}'")]
    [InlineData("{ a = 1 } b", "hocon:1:11: expected the end of the text, found 'b'")]
    [InlineData("a = [1, 2", "hocon:1:5: expected ']' to close this array, found the end of the text")]
    [InlineData("a = [1 }", "hocon:1:8: expected ',' or ']', found '}'")]
    [InlineData("a =", "hocon:1:4: expected a value, found the end of the text")]
    [InlineData("a = ,", "hocon:1:5: expected a value, found ','")]
    [InlineData("a\nb = 1", "hocon:1:2: expected '=', ':', '+=' or '{' after the key, found the end of the line")]
    [InlineData("= 1", "hocon:1:1: expected a key name, found '='")]
    [InlineData("a..b = 1", "hocon:1:3: expected a key name, found '.'")]
    [InlineData("a. = 1", "hocon:1:4: expected a key name, found '='")]
    [InlineData("a = \"open\nb = 1", "hocon:1:5: expected '\"' to close this string, found the end of the line")]
    [InlineData("a = \"\"\"open", "hocon:1:5: expected '\"\"\"' to close this string, found the end of the text")]
    [InlineData("a = \"\\q\"", "hocon:1:6: expected one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX after '\\'")]
    [InlineData("a = akka://x", "hocon:1:9: expected a value (text with this character needs quotes), found ':'")]
    [InlineData("a = b = c", "hocon:1:7: expected a value (text with this character needs quotes), found '='")]
    [InlineData("a = ${b", "hocon:1:8: expected '}' to close the substitution, found the end of the text")]
    [InlineData("a = ${}", "hocon:1:7: expected a key name, found '}'")]
    [InlineData("\n\n  a = ${b.c}", "hocon:3:7: 'b.c' has no value here, nor is there such an environment variable")]
    [InlineData("a = ${a}", "hocon:1:5: 'a' has no value here, nor is there such an environment variable")]
    [InlineData("a = ${b}, b = ${a}", "hocon:1:15: 'a' has no value here, nor is there such an environment variable")]
    [InlineData("o { x = 1 }, a = ${o} text",
        "hocon:1:18: objects, arrays and text cannot be joined into one value; expected parts of one kind")]
    [InlineData("[1, 2]", "hocon:1:1: expected an object or a key, found '['")]
    [InlineData("include \"x\"", "hocon:1:9: 'x' cannot be included: this text did not come from a file")]
    [InlineData("include url(\"x\")",
        "hocon:1:9: expected a file name in quotes (only files can be included), found 'u'")]
    public void Malformed_text_is_refused_with_the_place_and_what_was_expected(string hocon, string message)
    {
        var error = Assert.Throws<HoconSyntaxException>(() => HoconReader.Read(hocon));

        Assert.Equal(message, error.Message);
    }

    [Fact]
    public void Nesting_up_to_the_limit_is_read_and_beyond_it_refused()
    {
        static string Nested(int depth) => string.Concat(Enumerable.Repeat("a{", depth)) + new string('}', depth);

        Assert.False(HoconReader.Read(Nested(32)).IsEmpty);
        var error = Assert.Throws<HoconSyntaxException>(() => HoconReader.Read(Nested(100_000)));
        Assert.EndsWith("values are nested more than 64 deep", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Arrays_and_dotted_keys_count_as_nesting()
    {
        Assert.Throws<HoconSyntaxException>(() => HoconReader.Read("a = " + new string('[', 100_000)));
        Assert.Throws<HoconSyntaxException>(
            () => HoconReader.Read(string.Join('.', Enumerable.Repeat("a", 100_000)) + " = 1"));
    }

    [Fact]
    public void Text_that_doubles_with_each_line_is_refused()
    {
        var strings = string.Join('\n', Enumerable.Range(1, 60).Select(i => $"a{i} = ${{a{i - 1}}}${{a{i - 1}}}"));
        var objects = string.Join('\n',
            Enumerable.Range(1, 60).Select(i => $"a{i} {{ x = ${{a{i - 1}}}, y = ${{a{i - 1}}} }}"));

        Assert.Throws<HoconSyntaxException>(() => HoconReader.Read("a0 = x\n" + strings));
        Assert.Throws<HoconSyntaxException>(() => HoconReader.Read("a0 = x\n" + objects));
        Assert.Throws<HoconSyntaxException>(() => HoconReader.Read("a0 = [x]\n" + strings));
    }

    [Fact]
    public void A_long_chain_of_substitutions_is_refused_rather_than_followed_off_the_stack()
    {
        var chain = string.Join('\n', Enumerable.Range(0, 20_000).Select(i => $"a{i} = ${{a{i + 1}}}"));

        Assert.Throws<HoconSyntaxException>(() => HoconReader.Read(chain + "\na20000 = 1"));
    }

    [Fact]
    public void Text_cut_or_changed_anywhere_is_read_or_refused_and_nothing_else()
    {
        const string Whole = """"
            a { b = "q\u0041\n", c = """raw""", d = [1, {e = 2}, [x y]] } # comment
            a.b += [${a.d} 3], f = ${?NO.SUCH} ${a.c}, "g h".i : null // comment
            include file("x")
            """";

        for (var at = 0; at < Whole.Length; at++)
        {
            ReadOrRefuse(Whole[..at]);
            foreach (var c in "{}[]\"$=:,+#.\\\n \0")
                ReadOrRefuse(Whole[..at] + c + Whole[(at + 1)..]);
        }

        static void ReadOrRefuse(string hocon)
        {
            try
            {
                _ = HoconReader.Read(hocon, _ => null).ToString();
            }
            catch (HoconSyntaxException e)
            {
                Assert.True(e.Line >= 1 && e.Column >= 1, e.Message);
            }
        }
    }

    [Fact]
    public void Text_longer_than_the_limit_is_refused() =>
        Assert.Throws<HoconSyntaxException>(() => HoconReader.Read(new string(' ', (1 << 20) + 1)));

    [Theory]
    [InlineData("a = 1")]
    [InlineData("a { b = [1, {c = \"x y\"}, [\"\"]], \"d.e\" = null }")]
    [InlineData("a = \"line\\nquote\\\"back\\\\slash\", b = \"null\", c = \"a://b\"")]
    [InlineData("")]
    public void The_text_of_a_configuration_reads_back_as_the_same(string hocon)
    {
        var text = HoconReader.Read(hocon).ToString();

        Assert.Equal(text, HoconReader.Read(text).ToString());
    }

    [Fact]
    public void The_text_of_a_configuration_is_resolved_and_indented() =>
        Assert.Equal("n = 1\na {\n  b = \"1 s\"\n}\n",
            HoconReader.Read("n = 1, a.b = ${n} s").ToString());
}
