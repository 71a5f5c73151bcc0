using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace PropolisActors.Cli.Tests;

/// <summary>The arrows of the design, proven from the assemblies that were built.</summary>
public sealed class ArchitectureTests
{
    /// <summary>Every project under src with all that it may reference beside the base library and packages.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Crucible.Wire"] = [],
        ["Propolis.Core"] = [],
        ["Crucible.Core"] = ["Crucible.Wire"],
        ["Crucible.Simulation"] = ["Crucible.Core", "Crucible.Wire"],
        ["Crucible.Net"] = ["Crucible.Core", "Crucible.Wire"],
        ["Propolis.Machines"] = ["Crucible.Net", "Crucible.Core", "Crucible.Wire", "Propolis.Core"],
        ["Propolis.Hocon"] = [],
        ["Akka.Embedded"] = ["Propolis.Hocon"],
        ["Akka.Embedded.Persistence.Sql"] = ["Akka.Embedded"],
        ["PropolisActors"] =
        [
            "Akka", "Akka.Persistence", "Akka.Embedded", "Crucible.Core", "Crucible.Net", "Crucible.Wire", "Propolis.Core",
            "Propolis.Machines",
        ],
        ["PropolisActors.Gateway"] =
        [
            "Akka", "Akka.Hosting", "Akka.Embedded", "Crucible.Core", "Crucible.Net", "Crucible.Wire", "Propolis.Core",
            "Propolis.Machines", "PropolisActors",
        ],
        ["PropolisActors.SystemSimulation"] =
        [
            "PropolisActors.Gateway", "PropolisActors", "Akka.Embedded", "Crucible.Simulation", "Crucible.Net", "Crucible.Core",
            "Crucible.Wire", "Propolis.Machines", "Propolis.Core",
        ],
    };

    private static readonly string[] OursBegin = ["Crucible.", "Propolis", "Akka"];

    /// <summary>Those of the table that this build has: with the Akka.NET packages there is no embedded slice.</summary>
    public static TheoryData<string> Projects => [.. Allowed.Keys.Where(project => File.Exists(PathOf(project)))];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Assembly_references_only_what_lies_below_it(string project)
    {
        var upward = ReferencesOf(project)
            .Where(name => OursBegin.Any(begin => name.StartsWith(begin, StringComparison.Ordinal)))
            .Except(Allowed[project]);

        Assert.Empty(upward);
    }

    [Theory]
    [InlineData("Crucible.Wire")]
    [InlineData("Crucible.Core")]
    [InlineData("Propolis.Core")]
    [InlineData("Propolis.Hocon")]
    public void Core_assembly_references_no_package(string project)
    {
        var outside = ReferencesOf(project).Where(name => !name.StartsWith("System.", StringComparison.Ordinal))
            .Except(Allowed[project]);

        Assert.Empty(outside);
    }

    [Theory]
    [InlineData("Crucible.Core")]
    [InlineData("Crucible.Wire")]
    [InlineData("Propolis.Core")]
    public void Core_assembly_has_no_sockets_files_or_processes(string project)
    {
        string[] waiting = ["System.Net.Sockets", "System.IO.FileSystem", "System.IO.Pipelines", "System.Diagnostics.Process"];

        Assert.Empty(ReferencesOf(project).Intersect(waiting));
    }

    [Fact]
    public void Every_project_of_the_service_was_built()
    {
        var service = Allowed.Keys.Where(project => !project.StartsWith("Akka.Embedded", StringComparison.Ordinal));

        Assert.All(service, project => Assert.True(File.Exists(PathOf(project)), project));
    }

    [Fact]
    public void Every_source_project_is_in_the_table()
    {
        var built = Directory.EnumerateFiles(AppContext.BaseDirectory, "*.dll")
            .Select(file => Path.GetFileNameWithoutExtension(file))
            .Where(name => OursBegin.Any(begin => name.StartsWith(begin, StringComparison.Ordinal)))
            .Where(name => !name.EndsWith(".Tests", StringComparison.Ordinal))
            .Where(name => !IsPackage(name));

        Assert.Empty(built.Except(Allowed.Keys));
    }

    // With the other provider, what else begins so comes from Akka.NET.
    private static bool IsPackage(string name) =>
        name.StartsWith("Akka", StringComparison.Ordinal) && !name.StartsWith("Akka.Embedded", StringComparison.Ordinal);

    private static string PathOf(string project) => Path.Combine(AppContext.BaseDirectory, project + ".dll");

    private static List<string> ReferencesOf(string project)
    {
        using var assembly = new PEReader(File.OpenRead(PathOf(project)));
        var metadata = assembly.GetMetadataReader();
        return [.. metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))];
    }
}
