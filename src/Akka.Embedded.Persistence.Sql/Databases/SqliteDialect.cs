using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Akka.Persistence.Sql.Databases;

/// <summary>SQLite: one file, written ahead and synced before a commit ends, readable by its owner only.</summary>
/// <remarks>
/// SQLite itself lets several processes write to a file. Two services on the same actors would each believe to be the
/// only one, so a file of the same name with <c>.lock</c> added is locked for as long as the database is open. The lock
/// is the operating system's and ends with the process, however it ends.
/// </remarks>
internal sealed class SqliteDialect : SqlDialect
{
    private const int Busy = 5;
    private const int Locked = 6;
    private const int ReadOnly = 8;
    private const int InputOutput = 10;
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int Constraint = 19;
    private const int NotADatabase = 26;

    private readonly SqliteConnectionStringBuilder _writing;
    private readonly string _reading;
    private readonly string _file;
    private readonly long _fileBytesMax;
    private readonly bool _isFile;
    private FileStream? _lock;

    /// <summary>Opens nothing yet.</summary>
    /// <param name="connectionString">As for Microsoft.Data.Sqlite; its Data Source is the file.</param>
    /// <param name="busyTimeout">How long is waited for another process, in whole seconds, at least one.</param>
    /// <param name="fileBytesMax">Size that the file does not exceed; 0 for no limit.</param>
    public SqliteDialect(string connectionString, TimeSpan busyTimeout, long fileBytesMax)
    {
        _fileBytesMax = fileBytesMax;
        _writing = new SqliteConnectionStringBuilder(connectionString)
        {
            DefaultTimeout = Math.Max(1, (int)busyTimeout.TotalSeconds),
        };
        _isFile = _writing.Mode != SqliteOpenMode.Memory && _writing.DataSource is not ("" or ":memory:")
            && !_writing.DataSource.StartsWith("file:", StringComparison.Ordinal);
        _file = _isFile ? Path.GetFullPath(_writing.DataSource) : _writing.DataSource;
        if (_isFile)
            _writing.DataSource = _file;
        // A file that vanished is not to be made anew, empty, by one who only wants to read.
        var reading = new SqliteConnectionStringBuilder(_writing.ConnectionString);
        if (_isFile)
            reading.Mode = SqliteOpenMode.ReadWrite;
        _reading = reading.ConnectionString;
        _writing.Pooling = false;
    }

    public override string Name => $"the file {_file}";

    // Types are names only in SQLite, but they are those that Akka.Persistence.Sql writes.
    public override IReadOnlyList<string> CreateTables { get; } =
    [
        """
        CREATE TABLE IF NOT EXISTS journal (
          ordering INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
          created INTEGER NOT NULL,
          deleted Bit NOT NULL,
          persistence_id NVarChar(255) NOT NULL,
          sequence_number INTEGER NOT NULL,
          message VarBinary NOT NULL,
          manifest NVarChar(500) NULL,
          identifier INTEGER NULL,
          writer_uuid NVarChar(128) NULL)
        """,
        "CREATE UNIQUE INDEX IF NOT EXISTS journal_uq ON journal (persistence_id, sequence_number)",
        "CREATE INDEX IF NOT EXISTS journal_created_idx ON journal (created)",
        "CREATE INDEX IF NOT EXISTS journal_sequence_number_idx ON journal (sequence_number)",
        """
        CREATE TABLE IF NOT EXISTS tags (
          ordering_id INTEGER NOT NULL,
          tag NVarChar(64) NOT NULL,
          sequence_nr INTEGER NOT NULL,
          persistence_id NVarChar(255) NOT NULL,
          CONSTRAINT PK_tags PRIMARY KEY (ordering_id, tag))
        """,
        "CREATE INDEX IF NOT EXISTS tags_persistence_id_sequence_nr_idx ON tags (persistence_id, sequence_nr)",
        "CREATE INDEX IF NOT EXISTS tags_tag_idx ON tags (tag)",
        """
        CREATE TABLE IF NOT EXISTS snapshot (
          persistence_id NVarChar(255) NOT NULL,
          sequence_number INTEGER NOT NULL,
          created INTEGER NOT NULL,
          snapshot VarBinary NULL,
          manifest NVarChar(500) NULL,
          serializer_id INTEGER NULL,
          CONSTRAINT PK_snapshot PRIMARY KEY (persistence_id, sequence_number))
        """,
        "CREATE INDEX IF NOT EXISTS snapshot_created_idx ON snapshot (created)",
        "CREATE INDEX IF NOT EXISTS snapshot_sequence_number_idx ON snapshot (sequence_number)",
    ];

    public override DbConnection OpenForWriting()
    {
        if (_isFile)
        {
            TakeLock();
            CreatePrivately();
        }
        var connection = new SqliteConnection(_writing.ConnectionString);
        try
        {
            connection.Open();
            connection.Run("PRAGMA journal_mode = WAL");
            // FULL syncs the log in every commit: without it a power cut takes back what was said to be stored.
            connection.Run("PRAGMA synchronous = FULL");
            if (_fileBytesMax > 0)
            {
                var pageBytes = Convert.ToInt64(connection.Scalar("PRAGMA page_size"), CultureInfo.InvariantCulture);
                connection.Run(string.Create(
                    CultureInfo.InvariantCulture, $"PRAGMA max_page_count = {Math.Max(1, _fileBytesMax / pageBytes)}"));
            }
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public override DbConnection OpenForReading()
    {
        var connection = new SqliteConnection(_reading);
        try
        {
            connection.Open();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public override bool IsOfDatabase(Exception cause) => cause switch
    {
        SqliteException { SqliteErrorCode: Constraint or Full } => false,
        SqliteException or SqlPersistenceException or IOException or UnauthorizedAccessException => true,
        _ => false,
    };

    public override (string Trouble, string Remedy) Explain(Exception cause) => cause switch
    {
        SqliteException { SqliteErrorCode: Busy or Locked } => (
            "it is locked by another process",
            "Stop the other process that has it open, or give this one another data directory; then start again."),
        SqliteException { SqliteErrorCode: Full } => (
            "the disk is full",
            "Free space on the disk of the file, or raise max-file-size if it is set; then try again."),
        SqliteException { SqliteErrorCode: ReadOnly } or UnauthorizedAccessException => (
            "it cannot be written by this user",
            "Give this user write access to the file and its directory; then start again."),
        SqliteException { SqliteErrorCode: Corrupt or NotADatabase } => (
            "it is damaged or not a database",
            "Restore it from a copy, or move it away to start empty. It was not changed."),
        SqliteException { SqliteErrorCode: CannotOpen } or IOException => (
            $"it cannot be opened ({cause.Message})",
            "Make the directory and give this user access to it; then start again."),
        SqliteException { SqliteErrorCode: InputOutput } => (
            $"the disk failed ({cause.Message})", "Check the disk; then start again."),
        SqliteException { SqliteErrorCode: Constraint } => (
            "another writer has stored an event of the same persistence id and number",
            "Make sure that only one actor in one process uses the persistence id."),
        _ => (cause.Message, "Correct the cause and start again."),
    };

    public override void Dispose()
    {
        using (var reading = new SqliteConnection(_reading))
            SqliteConnection.ClearPool(reading);
        _lock?.Dispose();
        _lock = null;
    }

    private static FileStreamOptions Private(FileShare share)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = share,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return options;
    }

    private void TakeLock()
    {
        if (_lock is not null)
            return;
        try
        {
            _lock = new FileStream(_file + ".lock", Private(FileShare.None));
        }
        catch (IOException cause) when (cause is not (DirectoryNotFoundException or FileNotFoundException))
        {
            throw new SqlPersistenceException(
                $"{Name} is locked by another process. Stop the other process that has it open, or give this one " +
                "another data directory; then start again.",
                cause);
        }
    }

    /// <summary>SQLite gives its two side files the mode of the file itself, so this one call covers all
    /// three.</summary>
    private void CreatePrivately()
    {
        using var created = new FileStream(_file, Private(FileShare.ReadWrite | FileShare.Delete));
    }
}
