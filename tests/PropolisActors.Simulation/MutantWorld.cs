using System.Reflection;
using System.Runtime.Loader;
using Crucible.Core.Upstairs;
using Crucible.Simulation;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace PropolisActors.Simulation;

/// <summary>
/// Compiles the core with a mutant in it and runs the simulation against that instead of the real one, in the same
/// process. Nothing of it is left in the core that is shipped.
/// </summary>
public sealed class MutantWorld
{
    private const string Usings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    private static readonly CSharpParseOptions Language = new(LanguageVersion.Preview);
    private readonly Dictionary<string, (string Text, SyntaxTree Tree)> _files;
    private readonly CSharpCompilation _core;

    public MutantWorld()
    {
        var sources = Path.Combine(Root(), "src", "Crucible.Core");
        _files = Directory.EnumerateFiles(sources, "*.cs", SearchOption.AllDirectories)
            .ToDictionary(
                file => Path.GetRelativePath(sources, file).Replace('\\', '/'),
                file => (File.ReadAllText(file), Parse(File.ReadAllText(file), file)),
                StringComparer.Ordinal);
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(file => Path.GetFileName(file).StartsWith("System.", StringComparison.Ordinal)
                || Path.GetFileName(file) is "netstandard.dll" or "Crucible.Wire.dll")
            .Append(typeof(Crucible.Wire.Message).Assembly.Location).Distinct()
            .Select(file => MetadataReference.CreateFromFile(file));
        _core = CSharpCompilation.Create(
            "Crucible.Core", [.. _files.Values.Select(file => file.Tree), Parse(Usings, "Usings.cs")], references,
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release,
                nullableContextOptions: NullableContextOptions.Enable));
    }

    /// <summary>How often the line to replace stands in its file: once, or the list is out of date.</summary>
    public int Found(Mutant mutant) =>
        _files.TryGetValue(mutant.File, out var file) ? file.Text.Split(mutant.Right).Length - 1 : 0;

    /// <summary>Runs seeds until one fails.</summary>
    /// <param name="mutant">Null for the core as it is.</param>
    /// <returns>The seed and what it found, or null if none of them did.</returns>
    public (ulong Seed, string Rule)? FirstFailure(Mutant? mutant, int seeds)
    {
        var context = new Context(Compile(mutant));
        try
        {
            var run = context.Simulation.GetType(typeof(SimulatedRun).FullName!, throwOnError: true)!
                .GetMethod(nameof(SimulatedRun.Of))!;
            PropertyInfo? rule = null;
            for (ulong seed = 1; seed <= (ulong)seeds; seed++)
            {
                var outcome = run.Invoke(null, [seed, null])!;
                rule ??= outcome.GetType().GetProperty(nameof(RunOutcome.Rule));
                if (rule!.GetValue(outcome) is string broken)
                    return (seed, broken);
            }

            return null;
        }
        finally
        {
            context.Unload();
        }
    }

    private MemoryStream Compile(Mutant? mutant)
    {
        var compilation = _core;
        if (mutant is not null)
        {
            var (text, tree) = _files[mutant.File];
            compilation = _core.ReplaceSyntaxTree(tree, Parse(text.Replace(mutant.Right, mutant.Wrong), tree.FilePath));
        }

        var image = new MemoryStream();
        var result = compilation.Emit(image);
        Assert.True(
            result.Success,
            string.Join('\n', result.Diagnostics.Where(found => found.Severity == DiagnosticSeverity.Error)));
        image.Position = 0;
        return image;
    }

    private static SyntaxTree Parse(string text, string file) => CSharpSyntaxTree.ParseText(text, Language, file);

    private static string Root()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null;
            directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "PropolisActors.sln")))
                return directory.FullName;
        }

        throw new DirectoryNotFoundException("The tests do not run below the source tree.");
    }

    /// <summary>Where the simulation meets another core than the one it was built with.</summary>
    private sealed class Context : AssemblyLoadContext
    {
        private readonly Assembly _core;

        public Context(MemoryStream core)
            : base(isCollectible: true)
        {
            _core = LoadFromStream(core);
            using var simulation = File.OpenRead(typeof(SimulatedRun).Assembly.Location);
            Simulation = LoadFromStream(simulation);
        }

        public Assembly Simulation { get; }

        protected override Assembly? Load(AssemblyName assemblyName) =>
            assemblyName.Name == typeof(RegionSetMachine).Assembly.GetName().Name ? _core : null;
    }
}
