namespace PropolisActors.Cli.Processes;

/// <summary>A new directory for files that are removed with it.</summary>
public sealed class ScratchDirectory : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("propolis-");

    public string FullName => _directory.FullName;

    /// <summary>A path in it; nothing is made there.</summary>
    public string PathOf(string name) => Path.Combine(FullName, name);

    /// <summary>Whoever uses its files has to be gone.</summary>
    public void Dispose() => _directory.Delete(recursive: true);
}
