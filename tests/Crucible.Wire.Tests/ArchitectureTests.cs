namespace Crucible.Wire.Tests;

public sealed class ArchitectureTests
{
    [Fact]
    public void Crucible_Wire_references_only_the_base_library()
    {
        var references = typeof(MessageCodec).Assembly.GetReferencedAssemblies().Select(name => name.Name!).ToList();
        Assert.NotEmpty(references);
        Assert.All(references, name => Assert.True(
            name.StartsWith("System.", StringComparison.Ordinal) || name is "System" or "netstandard",
            $"Crucible.Wire references {name}"));
    }

    [Fact]
    public void Crucible_Wire_references_nothing_that_waits()
    {
        var references = typeof(MessageCodec).Assembly.GetReferencedAssemblies().Select(name => name.Name!);
        Assert.DoesNotContain(references, name => name.StartsWith("System.Net.Sockets", StringComparison.Ordinal)
            || name.StartsWith("System.Net.Http", StringComparison.Ordinal)
            || name.StartsWith("System.IO.Pipelines", StringComparison.Ordinal)
            // Counting holders and a lock around a stack are in System.Threading itself; what waits is in its parts.
            || name.StartsWith("System.Threading.", StringComparison.Ordinal));
    }
}
