using System.Reflection;
using Akka.Configuration;

namespace Akka.Util;

/// <summary>Finds types named in configuration.</summary>
internal static class TypeResolver
{
    /// <summary>The type of that name.</summary>
    /// <remarks>Configuration written for Akka.NET names its assemblies, which are others here. So an assembly that cannot be
    /// found is no obstacle as long as some loaded one has the type.</remarks>
    /// <exception cref="ConfigurationException">No loaded assembly has it.</exception>
    public static Type Resolve(string typeName)
    {
        if (Type.GetType(typeName, Load, null, throwOnError: false) is { } exact)
            return exact;
        var fullName = typeName.Split(',')[0].Trim();
        foreach (var assembly in AppDomain.CurrentDomain.GetAssemblies())
        {
            if (assembly.GetType(fullName, throwOnError: false) is { } found)
                return found;
        }
        throw new ConfigurationException($"The type '{typeName}' named in the configuration was not found.");
    }

    /// <summary>What is the assembly Akka.X of a package is Akka.Embedded.X here, where it is one of its own.</summary>
    private static Assembly? Load(AssemblyName name) => TryLoad(name)
        ?? (name.Name is { } text && text.StartsWith("Akka.", StringComparison.Ordinal)
            ? TryLoad(new AssemblyName("Akka.Embedded" + text["Akka".Length..]))
            : null);

    private static Assembly? TryLoad(AssemblyName name)
    {
        try
        {
            return Assembly.Load(name);
        }
        catch (Exception cause) when (cause is FileNotFoundException or FileLoadException or BadImageFormatException)
        {
            return null;
        }
    }
}
