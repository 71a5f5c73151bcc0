using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Akka.Embedded.Persistence.Sql.Tests;

/// <summary>A private PostgreSQL on loopback, started when it is first asked for and gone with the tests.</summary>
/// <remarks>The server refuses to run as root, so root runs it as the user postgres.</remarks>
public sealed class PostgresServer : IDisposable
{
    private string? _directory;
    private int _port;
    private int _databases;

    /// <summary>Where the server's programs are; null when it is not installed.</summary>
    public static string? Programs { get; } = Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql")
            .Select(version => Path.Combine(version, "bin"))
            .LastOrDefault(directory => File.Exists(Path.Combine(directory, "initdb")))
        : null;

    /// <summary>A new, empty database.</summary>
    public TestDatabase CreateDatabase()
    {
        if (_directory is null)
            Start();
        var name = string.Create(CultureInfo.InvariantCulture, $"test{++_databases}");
        using var connection = new NpgsqlConnection(ConnectionString("postgres") + ";Pooling=false");
        connection.Open();
        using var command = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        command.ExecuteNonQuery();
        return new TestDatabase.Postgres(ConnectionString(name));
    }

    public void Dispose()
    {
        if (_directory is null)
            return;
        NpgsqlConnection.ClearAllPools();
        Run(Path.Combine(Programs!, "pg_ctl"), "stop", "-D", Path.Combine(_directory, "data"), "-m", "immediate", "-w");
        Run("rm", "-rf", _directory);
    }

    private static string Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            WorkingDirectory = "/",
        };
        if (Environment.IsPrivilegedProcess)
        {
            start.FileName = "setpriv";
            foreach (var part in new[] { "--reuid=postgres", "--regid=postgres", "--init-groups", "--", program })
                start.ArgumentList.Add(part);
        }
        else
        {
            start.FileName = program;
        }
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output.Trim()
            : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {output}");
    }

    private string ConnectionString(string database) => string.Create(
        CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={_port};Username=postgres;Database={database}");

    private void Start()
    {
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            _port = ((IPEndPoint)free.LocalEndpoint).Port;
        }
        _directory = Run("mktemp", "-d", "/tmp/journal-postgres-XXXXXX");
        var data = Path.Combine(_directory, "data");
        Run(Path.Combine(Programs!, "initdb"), "-D", data, "-A", "trust", "-U", "postgres", "--no-sync", "-E", "UTF8");
        var options = string.Create(
            CultureInfo.InvariantCulture, $"-h 127.0.0.1 -p {_port} -k {_directory} -c fsync=off");
        // Ends when the server takes connections. Its log goes to a file, or the pipe would stay open as long as it
        // runs.
        Run(
            Path.Combine(Programs!, "pg_ctl"),
            "start", "-D", data, "-o", options, "-l", Path.Combine(_directory, "log"), "-w", "-t", "60");
    }
}
