namespace PropolisActors.EndToEnd.Harness;

/// <summary>A test that needs a program of the machine; skipped, and counted as such, where it is missing.</summary>
public sealed class ToolFactAttribute : FactAttribute
{
    /// <summary>Names what the test needs.</summary>
    /// <param name="program">Looked for along the path.</param>
    /// <param name="package">The Debian package that has it.</param>
    public ToolFactAttribute(string program, string package)
    {
        var path = Environment.GetEnvironmentVariable("PATH") ?? "";
        if (!path.Split(Path.PathSeparator).Any(directory => File.Exists(Path.Combine(directory, program))))
            Skip = $"{program} is not installed (Debian: apt-get install {package})";
    }
}
