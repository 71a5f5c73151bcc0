namespace PropolisActors.Cli.Serving;

/// <summary>The journal's file in the data directory, held for this service alone.</summary>
/// <remarks>The SQL plugin of Akka.NET makes the file readable by anybody and lets a second service write to it as
/// well, so that both would believe they own the VMs. The file is therefore made, and locked, before any plugin opens
/// it.</remarks>
internal sealed class JournalFile : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly FileStream? _lock;

    private JournalFile(FileStream? held) => _lock = held;

    /// <summary>Where the journal of a data directory is.</summary>
    public static string In(DirectoryInfo data) => Path.Combine(data.FullName, "journal.db");

    /// <summary>Takes the journal of the data directory; nothing is taken when there is none.</summary>
    /// <exception cref="CommandFailedException">Another service has it, or the directory cannot be written.</exception>
    public static JournalFile Take(DirectoryInfo? data)
    {
        if (data is null)
            return new JournalFile(null);
        var file = In(data);
        try
        {
            Open(file, FileShare.ReadWrite).Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException($"cannot write in the data directory {data}: {e.Message}");
        }

        try
        {
            // A file of its own, because the plugins lock the journal in ways of their own. The lock ends with the process.
            return new JournalFile(Open(Path.Combine(data.FullName, "propolis.lock"), FileShare.None));
        }
        catch (IOException)
        {
            throw new CommandFailedException(
                $"the journal {file} is in use by another process. Stop that service or choose another --data.");
        }
    }

    public void Dispose() => _lock?.Dispose();

    private static FileStream Open(string file, FileShare share)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = share,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = Private;
        return new FileStream(file, options);
    }
}
