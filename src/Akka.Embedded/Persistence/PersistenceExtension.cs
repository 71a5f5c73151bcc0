using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;
using Akka.Util;

namespace Akka.Persistence;

/// <summary>The journals and snapshot stores of one system. A plugin is an actor, started when it is first asked
/// for.</summary>
public class PersistenceExtension : IExtension
{
    private readonly ExtendedActorSystem _system;
    private readonly Config _config;
    private readonly ConcurrentDictionary<string, Lazy<IActorRef>> _plugins = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Config> _pluginConfigs = new(StringComparer.Ordinal);
    private readonly Lazy<IActorRef> _permitter;

    /// <summary>Starts the plugins of the two <c>auto-start</c> lists.</summary>
    public PersistenceExtension(ExtendedActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        _system = system;
        _config = system.Settings.Config.GetConfig("akka.persistence")
            ?? throw new ConfigurationException("akka.persistence is not an object.");
        var recoveriesMax = _config.GetInt("max-concurrent-recoveries", 50);
        if (recoveriesMax < 1)
        {
            throw new ConfigurationException(
                $"akka.persistence.max-concurrent-recoveries is {recoveriesMax}, it must be >= 1.");
        }
        _permitter = new Lazy<IActorRef>(
            () => system.SystemActorOf(Props.Create(() => new RecoveryPermitter(recoveriesMax)), "recoveryPermitter"));
        foreach (var id in _config.GetStringList("journal.auto-start-journals"))
            JournalFor(id);
        foreach (var id in _config.GetStringList("snapshot-store.auto-start-snapshot-stores"))
            SnapshotStoreFor(id);
    }

    internal IActorRef RecoveryPermitter => _permitter.Value;

    /// <summary>The journal configured at that path; null or empty means the default one.</summary>
    /// <exception cref="ConfigurationException">There is no such plugin.</exception>
    public IActorRef JournalFor(string? journalPluginId) => PluginFor(Kind.Journal, journalPluginId);

    /// <summary>The snapshot store configured at that path; null or empty means the default one.</summary>
    /// <exception cref="ConfigurationException">There is no such plugin.</exception>
    public IActorRef SnapshotStoreFor(string? snapshotPluginId) => PluginFor(Kind.SnapshotStore, snapshotPluginId);

    /// <summary>What is configured for a journal, defaults included.</summary>
    internal Config JournalConfigFor(string? journalPluginId)
        => ConfigOf(Kind.Journal, PathOf(Kind.Journal, journalPluginId));

    /// <summary>What is configured for the plugin that runs as that actor.</summary>
    internal Config ConfigFor(IActorRef plugin) => _pluginConfigs.TryGetValue(plugin.Path.Name, out var config)
        ? config
        : throw new ConfigurationException($"{plugin} is not a plugin started by the persistence extension.");

    private IActorRef PluginFor(Kind kind, string? id)
    {
        var path = PathOf(kind, id);
        return _plugins.GetOrAdd(path, _ => new Lazy<IActorRef>(() => Start(kind, path))).Value;
    }

    private string PathOf(Kind kind, string? id)
    {
        if (!string.IsNullOrEmpty(id))
            return id;
        var key = kind == Kind.Journal ? "journal.plugin" : "snapshot-store.plugin";
        var path = _config.GetString(key);
        return string.IsNullOrEmpty(path)
            ? throw new ConfigurationException($"akka.persistence.{key} names no plugin, and neither does the actor.")
            : path;
    }

    private Config ConfigOf(Kind kind, string path) => _pluginConfigs.GetOrAdd(path, _ =>
    {
        var own = _system.Settings.Config.GetConfig(path)
            ?? throw new ConfigurationException($"There is no persistence plugin configured at '{path}'.");
        var fallback = kind == Kind.Journal ? "journal-plugin-fallback" : "snapshot-store-plugin-fallback";
        return own.WithFallback(_config.GetConfig(fallback));
    });

    private IActorRef Start(Kind kind, string path)
    {
        var config = ConfigOf(kind, path);
        var className = config.GetString("class");
        if (string.IsNullOrEmpty(className))
            throw new ConfigurationException($"{path}.class names no class.");
        var type = TypeResolver.Resolve(className);
        var props = type.GetConstructor([typeof(Config)]) is null ? Props.Create(type) : Props.Create(type, config);
        return _system.SystemActorOf(props, path);
    }

    private enum Kind
    {
        Journal,
        SnapshotStore,
    }
}
