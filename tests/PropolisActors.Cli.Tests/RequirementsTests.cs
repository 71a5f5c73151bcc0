using System.Globalization;
using System.Text.RegularExpressions;

namespace PropolisActors.Cli.Tests;

/// <summary>Holds docs/requirements.md to the tests it names.</summary>
public sealed partial class RequirementsTests
{
    private const int Requirements = 28;

    [Fact]
    public void Every_requirement_has_a_row_and_every_test_it_names_exists()
    {
        var root = Root();
        var rows = File.ReadAllLines(Path.Combine(root, "docs", "requirements.md"))
            .Where(line => line.StartsWith("| R", StringComparison.Ordinal)).ToList();
        var tests = Directory.EnumerateFiles(Path.Combine(root, "tests"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(File.ReadLines).SelectMany(line => Method().Matches(line).Select(match => match.Groups["name"].Value))
            .ToHashSet(StringComparer.Ordinal);

        Assert.Equal(
            Enumerable.Range(1, Requirements).Select(n => string.Create(CultureInfo.InvariantCulture, $"R{n}")),
            rows.Select(row => row.Split('|')[1].Trim()));
        var named = rows.SelectMany(row => Name().Matches(row).Select(match => match.Groups["name"].Value)).ToList();
        Assert.NotEmpty(named);
        Assert.All(named, name => Assert.Contains(name, tests));
    }

    private static string Root()
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(at.FullName, "PropolisActors.sln")))
            at = at.Parent ?? throw new DirectoryNotFoundException("the tests run outside the source tree");
        return at.FullName;
    }

    /// <summary>A test's name is a sentence: at least three words.</summary>
    [GeneratedRegex("`(?<name>[A-Z][A-Za-z0-9]*(?:_[A-Za-z0-9]+){2,})`", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Name();

    [GeneratedRegex(@"public (?:void|async Task) (?<name>[A-Z]\w*)\(", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Method();
}
