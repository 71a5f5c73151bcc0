using Akka.Actor;
using Akka.Configuration;

namespace Akka.Cluster.Tools.Singleton;

/// <summary>How a proxy finds its singleton, and how much it keeps until then.</summary>
public sealed record ClusterSingletonProxySettings : INoSerializationVerificationNeeded
{
    /// <summary>Settings by value.</summary>
    /// <param name="singletonName">Name of the singleton below its manager.</param>
    /// <param name="role">Role of the nodes that may host it; null for all.</param>
    /// <param name="singletonIdentificationInterval">Positive.</param>
    /// <param name="bufferSize">0 to keep nothing.</param>
    /// <param name="considerAppVersion">About nodes of several versions; without effect in one process.</param>
    public ClusterSingletonProxySettings(
        string singletonName,
        string? role,
        TimeSpan singletonIdentificationInterval,
        int bufferSize,
        bool considerAppVersion)
    {
        ArgumentException.ThrowIfNullOrEmpty(singletonName);
        if (singletonIdentificationInterval <= TimeSpan.Zero)
            throw new ArgumentException("It must be positive.", nameof(singletonIdentificationInterval));
        SingletonName = singletonName;
        Role = role;
        SingletonIdentificationInterval = singletonIdentificationInterval;
        BufferSize = Checked(bufferSize);
        ConsiderAppVersion = considerAppVersion;
    }

    public string SingletonName { get; private init; }

    public string? Role { get; private init; }

    /// <summary>How often an unknown singleton is looked for.</summary>
    public TimeSpan SingletonIdentificationInterval { get; private init; }

    /// <summary>Messages kept while the singleton is unknown; a further one drops the oldest.</summary>
    public int BufferSize { get; private init; }

    public bool ConsiderAppVersion { get; }

    /// <summary>The settings at <c>akka.cluster.singleton-proxy</c>.</summary>
    public static ClusterSingletonProxySettings Create(ActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        var config = system.Settings.Config.WithFallback(ClusterSingletonProxy.DefaultConfig());
        return Create(
            config.GetConfig("akka.cluster.singleton-proxy")!,
            config.GetBoolean("akka.cluster.singleton.consider-app-version"));
    }

    /// <summary>The settings in <paramref name="config"/>: the keys of <c>akka.cluster.singleton-proxy</c>.</summary>
    public static ClusterSingletonProxySettings Create(Config config, bool considerAppVersion)
    {
        ArgumentNullException.ThrowIfNull(config);
        return new ClusterSingletonProxySettings(
            config.GetString("singleton-name", "singleton")!,
            config.GetString("role") is { Length: > 0 } role ? role : null,
            config.GetTimeSpan("singleton-identification-interval", TimeSpan.FromSeconds(1)),
            config.GetInt("buffer-size"),
            considerAppVersion);
    }

    public ClusterSingletonProxySettings WithSingletonName(string singletonName)
    {
        ArgumentException.ThrowIfNullOrEmpty(singletonName);
        return this with { SingletonName = singletonName };
    }

    public ClusterSingletonProxySettings WithRole(string? role) => this with { Role = role };

    public ClusterSingletonProxySettings WithSingletonIdentificationInterval(TimeSpan singletonIdentificationInterval)
        => new(SingletonName, Role, singletonIdentificationInterval, BufferSize, ConsiderAppVersion);

    public ClusterSingletonProxySettings WithBufferSize(int bufferSize)
        => this with { BufferSize = Checked(bufferSize) };

    private static int Checked(int bufferSize)
        => bufferSize >= 0 ? bufferSize : throw new ArgumentException("It must not be negative.", nameof(bufferSize));
}
