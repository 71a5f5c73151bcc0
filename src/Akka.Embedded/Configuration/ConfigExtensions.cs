using System.Diagnostics.CodeAnalysis;

namespace Akka.Configuration;

/// <summary>What may be asked of a configuration that may be null.</summary>
public static class ConfigExtensions
{
    /// <summary>True for null and for a configuration without any key.</summary>
    public static bool IsNullOrEmpty([NotNullWhen(false)] this Config? config) => config is null || config.IsEmpty;
}
