using System.Net;
using PropolisActors.Gateway.Access;

namespace PropolisActors.Cli.Serving;

/// <summary>What the command line says about serving; null leaves it to the configuration.</summary>
/// <param name="Listen">Port 0 takes a free one.</param>
/// <param name="Data">Where the journal and the log file go; without it nothing is remembered.</param>
/// <param name="Config">A HOCON file; the one delivered with the executable otherwise.</param>
/// <param name="IsQuiet">Log warnings only.</param>
/// <param name="IsClustered">Be a node of the cluster that the configuration describes.</param>
/// <param name="KillAtWrite">For the tests of crashes; see <see cref="JournalSetup.CrashOf"/>.</param>
public sealed record ServeSettings(
    IPEndPoint? Listen = null,
    DirectoryInfo? Data = null,
    FileInfo? Config = null,
    bool IsQuiet = false,
    bool IsClustered = false,
    string? KillAtWrite = null)
{
    /// <summary>Who may use the service, as far as the command line says so.</summary>
    public AccessOptions Access { get; init; } = new();
}
