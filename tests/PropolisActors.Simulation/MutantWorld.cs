using System.Reflection;
using System.Runtime.Loader;
using Crucible.Simulation;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace PropolisActors.Simulation;

/// <summary>
/// Compiles the core with a mutant in it and runs the simulation against that instead of the real one, in the same
/// process. Nothing of it is left in the core that is shipped.
/// </summary>
public class MutantWorld
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
    private readonly ISourceGenerator[] _generators = LoadGenerators();
    private readonly Assembly[] _reloaded;
    private readonly Type _run;
    private readonly object?[] _options;

    public MutantWorld()
        : this("Crucible.Core", [typeof(Crucible.Wire.Message).Assembly], [typeof(SimulatedRun).Assembly], typeof(SimulatedRun), [null])
    {
    }

    /// <summary>Prepares to put mistakes into one project.</summary>
    /// <param name="project">Its name.</param>
    /// <param name="references">What it is compiled with, beside the base library.</param>
    /// <param name="reloaded">What is loaded anew to meet the changed one.</param>
    /// <param name="run">Has the method <c>Of</c> that runs a seed.</param>
    /// <param name="options">What the method takes beside the seed.</param>
    protected MutantWorld(
        string project, IEnumerable<Assembly> references, Assembly[] reloaded, Type run, object?[] options)
    {
        (_reloaded, _run, _options) = (reloaded, run, options);
        var sources = Path.Combine(Root(), "src", project);
        _files = Directory.EnumerateFiles(sources, "*.cs", SearchOption.AllDirectories)
            .ToDictionary(
                file => Path.GetRelativePath(sources, file).Replace('\\', '/'),
                file => (File.ReadAllText(file), Parse(File.ReadAllText(file), file)),
                StringComparer.Ordinal);
        var all = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(file => Path.GetFileName(file).StartsWith("System.", StringComparison.Ordinal)
                || Path.GetFileName(file).StartsWith("Microsoft.Extensions.", StringComparison.Ordinal)
                || Path.GetFileName(file) is "netstandard.dll")
            .Concat(references.Select(assembly => assembly.Location)).Distinct()
            .Select(file => MetadataReference.CreateFromFile(file));
        _core = CSharpCompilation.Create(
            project, [.. _files.Values.Select(file => file.Tree), Parse(Usings, "Usings.cs")], all,
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
        var context = new Context(_core.AssemblyName!, Compile(mutant), _reloaded);
        try
        {
            var run = context.Of(_run.Assembly).GetType(_run.FullName!, throwOnError: true)!
                .GetMethod(nameof(SimulatedRun.Of))!;
            PropertyInfo? rule = null;
            for (ulong seed = 1; seed <= (ulong)seeds; seed++)
            {
                var outcome = run.Invoke(null, [seed, .. _options])!;
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
        CSharpGeneratorDriver.Create(_generators).WithUpdatedParseOptions(Language)
            .RunGeneratorsAndUpdateCompilation(compilation, out var generated, out _);
        var result = generated.Emit(image);
        Assert.True(
            result.Success,
            string.Join('\n', result.Diagnostics.Where(found => found.Severity == DiagnosticSeverity.Error)));
        image.Position = 0;
        return image;
    }

    /// <summary>Those that come with the base library.</summary>
    private static ISourceGenerator[] LoadGenerators()
    {
        var directory = typeof(MutantWorld).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(attribute => attribute.Key == "GeneratorDirectory").Value!;
        return [.. Assembly.LoadFrom(Path.Combine(directory, "System.Text.Json.SourceGeneration.dll")).GetTypes()
            .Where(type => !type.IsAbstract && typeof(IIncrementalGenerator).IsAssignableFrom(type))
            .Select(type => ((IIncrementalGenerator)Activator.CreateInstance(type)!).AsSourceGenerator())];
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
        private readonly Dictionary<string, Assembly> _own = new(StringComparer.Ordinal);

        public Context(string name, MemoryStream changed, Assembly[] reloaded)
            : base(isCollectible: true)
        {
            _own.Add(name, LoadFromStream(changed));
            foreach (var assembly in reloaded)
            {
                using var file = File.OpenRead(assembly.Location);
                _own.Add(assembly.GetName().Name!, LoadFromStream(file));
            }
        }

        public Assembly Of(Assembly assembly) => _own[assembly.GetName().Name!];

        protected override Assembly? Load(AssemblyName assemblyName) => _own.GetValueOrDefault(assemblyName.Name!);
    }
}
