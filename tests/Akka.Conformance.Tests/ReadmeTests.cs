using System.Reflection;
using System.Text.RegularExpressions;

namespace Akka.Conformance.Tests;

/// <summary>The README's tables name tests: a class and a name, or the beginning of names and a star. A name without a
/// class belongs to the class before it in the row.</summary>
public sealed class ReadmeTests
{
    [Fact]
    public void Every_test_that_the_tables_name_exists()
    {
        var tests = typeof(ReadmeTests).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods())
            .Where(method => method.GetCustomAttribute<FactAttribute>() is not null)
            .Select(method => $"{method.ReflectedType!.Name}.{method.Name}")
            .ToArray();
        var named = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "README.md"))
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .SelectMany(row => NamesIn(row.Split('|')[2]))
            // What only the embedded provider has is not compiled with the other one.
            .Where(name => !name.Contains("Embedded", StringComparison.Ordinal))
            .ToArray();

        Assert.True(named.Length > 100, $"the tables were read: {named.Length}");
        var missing = named.Where(name => !Array.Exists(tests, test => Fits(test, name))).ToArray();
        Assert.Empty(missing);
    }

    private static IEnumerable<string> NamesIn(string cell)
    {
        var subject = "";
        const string Name = @"`(?<class>\w*)\.(?<name>\w+\*?|\*)`";
        foreach (Match match in Regex.Matches(cell, Name, RegexOptions.None, Limits.Long))
        {
            if (match.Groups["class"].Length > 0)
                subject = match.Groups["class"].Value;
            yield return $"{subject}.{match.Groups["name"].Value}";
        }
    }

    private static bool Fits(string test, string name) => name.EndsWith('*')
        ? test.StartsWith(name[..^1], StringComparison.Ordinal)
        : test == name;
}
