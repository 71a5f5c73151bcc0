using System.Globalization;
using Microsoft.Extensions.Logging;
using PropolisActors.Cli.Serving;
using Serilog;
using Serilog.Events;
using Serilog.Extensions.Logging;

namespace PropolisActors.Cli;

/// <summary>Where log lines go: standard error, so that standard output carries only what was asked for.</summary>
internal static class Logs
{
    private const string Template = "{Timestamp:HH:mm:ss.fff} {Level:u3} {SourceContext} {Message:lj}{NewLine}{Exception}";
    private const long FileBytesMax = 64 * 1024 * 1024;

    public static ILoggerFactory ToStandardError(LogLevel minimum) => Factory(Console(minimum));

    /// <summary>Standard error, and a file as well when there is a data directory.</summary>
    /// <exception cref="CommandFailedException">The data directory cannot be written.</exception>
    public static ILoggerFactory ForService(ServeSettings settings)
    {
        var logs = Console(settings.IsQuiet ? LogLevel.Warning : LogLevel.Information);
        if (settings.Data is not { } data)
            return Factory(logs);
        try
        {
            CreatePrivately(data);
            var file = Path.Combine(data.FullName, "propolis.log");
            using (File.Open(file, FileMode.Append, FileAccess.Write, FileShare.ReadWrite))
            {
                // Opened here once, because the sink would swallow the error.
            }

            return Factory(logs.WriteTo.File(file, outputTemplate: Template,
                formatProvider: CultureInfo.InvariantCulture, fileSizeLimitBytes: FileBytesMax, rollOnFileSizeLimit: true));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException($"cannot write in the data directory {data}: {e.Message}");
        }
    }

    /// <summary>The journal in it holds keys.</summary>
    private static void CreatePrivately(DirectoryInfo data)
    {
        if (OperatingSystem.IsWindows())
            data.Create();
        else
            Directory.CreateDirectory(data.FullName, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static LoggerConfiguration Console(LogLevel minimum) => new LoggerConfiguration()
        .MinimumLevel.Is(LevelConvert.ToSerilogLevel(minimum))
        .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
        // A failed start is told by whoever started, in one line.
        .MinimumLevel.Override("Microsoft.Extensions.Hosting", LogEventLevel.Fatal)
        .WriteTo.Console(
            outputTemplate: Template,
            formatProvider: CultureInfo.InvariantCulture,
            standardErrorFromLevel: LogEventLevel.Verbose);

    private static SerilogLoggerFactory Factory(LoggerConfiguration configuration) =>
        new(configuration.CreateLogger(), dispose: true);
}
