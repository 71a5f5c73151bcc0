using System.Reflection;
using Akka.Configuration.Hocon;
using Propolis.Hocon;

namespace Akka.Configuration;

/// <summary>Makes <see cref="Config"/>s from text, resources and this library's defaults.</summary>
public static class ConfigurationFactory
{
    /// <summary>A configuration without any key.</summary>
    public static Config Empty { get; } = new(new HoconRoot(HoconValue.EmptyObject));

    /// <inheritdoc cref="ParseString(string, Func{string, HoconRoot})"/>
    public static Config ParseString(string hocon) => ParseString(hocon, includeCallback: null);

    /// <summary>Reads HOCON text.</summary>
    /// <param name="hocon">The text; its root is an object.</param>
    /// <param name="includeCallback">Answers what an include stands for. Without it an include is an error.</param>
    /// <exception cref="HoconParserException">The text breaks a rule of the format or a limit.</exception>
    public static Config ParseString(string hocon, Func<string, HoconRoot>? includeCallback) =>
        new(Parser.Parse(hocon, includeCallback));

    /// <summary>The defaults. No file is looked for: this library reads what it is given.</summary>
    public static Config Load() => Default();

    /// <summary>The defaults of the keys this library reads.</summary>
    public static Config Default() => ReferenceConfig.Value;

    /// <summary>Reads an embedded resource of the assembly of <typeparamref name="TAssembly"/>.</summary>
    public static Config FromResource<TAssembly>(string resourceName) =>
        FromResource(resourceName, typeof(TAssembly).Assembly);

    /// <summary>Reads an embedded resource of the assembly of <paramref name="instanceInAssembly"/>, which may be an
    /// object, a type or the assembly itself.</summary>
    public static Config FromResource(string resourceName, object instanceInAssembly) => instanceInAssembly switch
    {
        Assembly assembly => FromResource(resourceName, assembly),
        Type type => FromResource(resourceName, type.Assembly),
        _ => FromResource(resourceName, instanceInAssembly.GetType().Assembly),
    };

    /// <summary>Reads an embedded resource.</summary>
    /// <exception cref="ConfigurationException">The assembly has no such resource.</exception>
    public static Config FromResource(string resourceName, Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        using var stream = assembly.GetManifestResourceStream(resourceName)
            ?? throw new ConfigurationException($"{assembly.GetName().Name} has no resource '{resourceName}'");
        using var reader = new StreamReader(stream);
        return ParseString(reader.ReadToEnd());
    }
}
