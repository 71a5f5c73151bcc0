using System.Reflection;
using Propolis.Core.Lifecycle;

namespace Propolis.Core.Tests;

public class ArchitectureTests
{
    [Fact]
    public void Propolis_core_references_only_the_base_library()
    {
        var references = typeof(VmMachine).Assembly.GetReferencedAssemblies().Select(a => a.Name!).ToList();

        Assert.NotEmpty(references);
        Assert.All(references, name => Assert.StartsWith("System.", name, StringComparison.Ordinal));
    }

    [Fact]
    public void Propolis_core_has_no_static_mutable_state()
    {
        var fields = typeof(VmMachine).Assembly.GetTypes()
            .SelectMany(t => t.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .Where(f => f is { IsLiteral: false, IsInitOnly: false })
            // The compiler caches delegates in fields of its own.
            .Where(f => !f.Name.Contains('<', StringComparison.Ordinal)
                && !f.DeclaringType!.Name.Contains('<', StringComparison.Ordinal));

        Assert.Empty(fields);
    }
}
