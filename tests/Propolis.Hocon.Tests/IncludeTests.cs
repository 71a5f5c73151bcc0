namespace Propolis.Hocon.Tests;

/// <summary>Files and the files they include.</summary>
public sealed class IncludeTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("hocon");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void Includes_are_relative_to_the_file_that_includes_them()
    {
        Write("main.hocon", "include \"sub/one\"\nx = main");
        Write("sub/one", "include \"two\"\nx = one, y = one");
        Write("sub/two", "y = two, z = two");

        var config = Load("main.hocon");

        Assert.Equal(("main", "one", "two"), (Text(config, "x"), Text(config, "y"), Text(config, "z")));
    }

    [Fact]
    public void Substitutions_of_an_included_file_are_looked_up_where_it_is_included_and_then_at_the_root()
    {
        Write("main.hocon", "outer = root\na { include \"part\" }");
        Write("part", "b = 1, c = ${b}, d = ${outer}");

        var config = Load("main.hocon");

        Assert.Equal(("1", "root"), (Text(config, "a.c"), Text(config, "a.d")));
    }

    [Fact]
    public void A_missing_include_is_ignored_unless_required()
    {
        Write("optional.hocon", "include \"absent\"\ninclude file(\"absent\")\nx = 1");
        Write("required.hocon", "x = 1\ninclude required(\"absent\")");

        Assert.Equal("1", Text(Load("optional.hocon"), "x"));
        var error = Assert.Throws<HoconSyntaxException>(() => Load("required.hocon"));
        Assert.Equal((2, 9), (error.Line, error.Column));
        Assert.EndsWith("required.hocon", error.File, StringComparison.Ordinal);
    }

    [Fact]
    public void An_error_in_an_included_file_names_that_file()
    {
        Write("main.hocon", "include \"bad\"");
        Write("bad", "a = 1\nb = {");

        var error = Assert.Throws<HoconSyntaxException>(() => Load("main.hocon"));

        Assert.EndsWith("bad", error.File, StringComparison.Ordinal);
        Assert.Equal((2, 5), (error.Line, error.Column));
    }

    [Fact]
    public void Files_that_include_one_another_for_ever_are_refused()
    {
        Write("main.hocon", "include \"main.hocon\"");
        Write("wide.hocon", string.Concat(Enumerable.Repeat("include \"leaf\"\n", 100)));
        Write("leaf", "x = 1");

        Assert.Contains("more than 16 deep", Assert.Throws<HoconSyntaxException>(() => Load("main.hocon")).Message,
            StringComparison.Ordinal);
        Assert.Contains("more than 64 files", Assert.Throws<HoconSyntaxException>(() => Load("wide.hocon")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.Contains("absent.hocon", Assert.Throws<HoconException>(() => Load("absent.hocon")).Message,
            StringComparison.Ordinal);

    private void Write(string name, string text)
    {
        var path = Path.Combine(_directory.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private HoconValue Load(string name) => HoconReader.ReadFile(Path.Combine(_directory.FullName, name));

    private static string? Text(HoconValue root, string path) => root.Find(HoconReader.ReadPath(path))?.GetString();
}
