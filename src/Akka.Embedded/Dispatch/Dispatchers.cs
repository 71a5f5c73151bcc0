// The dispatchers of one system, by the paths of their configuration blocks:
//
//   type = Dispatcher           shared threads; with executor = fork-join-executor a pool of its own
//   type = TaskDispatcher       the same as Dispatcher
//   type = ForkJoinDispatcher   a pool of its own, by dedicated-thread-pool.thread-count or by
//                               fork-join-executor.parallelism-min and -max
//   type = PinnedDispatcher     a thread of its own for every actor
//
// A block takes what it does not say from akka.actor.default-dispatcher. A path may hold the path of another block
// instead.

using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;

namespace Akka.Dispatch;

/// <summary>Finds dispatchers by the paths of their configuration blocks.</summary>
public sealed class Dispatchers
{
    /// <summary>The dispatcher of actors whose Props name none.</summary>
    public const string DefaultDispatcherId = "akka.actor.default-dispatcher";

    /// <summary>A dispatcher for actors that block; by default it runs on the shared threads, one message a
    /// turn.</summary>
    public const string DefaultBlockingDispatcherId = "akka.actor.default-blocking-io-dispatcher";

    // As in Akka.NET: more than that is taken for a circle.
    private const int AliasesMax = 20;

    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<string, Func<MessageDispatcher>> _known = new(StringComparer.Ordinal);
    private readonly List<MessageDispatcher> _shared = [];
    private readonly Func<MessageDispatcher> _default;
    private readonly Config _config;
    private readonly IExecution _execution;

    internal Dispatchers(Config config, IExecution execution)
    {
        _config = config;
        _execution = execution;
        _default = SourceOf(DefaultDispatcherId);
    }

    /// <summary>The dispatcher of actors whose Props name none.</summary>
    public MessageDispatcher DefaultGlobalDispatcher => _default();

    /// <summary>The dispatcher configured at a path; for a pinned one a new instance every time.</summary>
    /// <exception cref="ConfigurationException">There is no such block, or it asks for what is not there.</exception>
    public MessageDispatcher Lookup(string dispatcherName) => SourceOf(dispatcherName)();

    /// <summary>Whether there is a block, or the name of one, at a path.</summary>
    public bool HasDispatcher(string id) => _config.HasPath(id);

    /// <summary>What gives the dispatcher of an actor that is about to be made.</summary>
    /// <exception cref="ConfigurationException">As for <see cref="Lookup"/>.</exception>
    internal Func<MessageDispatcher> SourceFor(Props props)
        => ReferenceEquals(props.Dispatcher, DefaultDispatcherId) ? _default : SourceOf(props.Dispatcher);

    internal void Close()
    {
        lock (_gate)
            _shared.ForEach(dispatcher => dispatcher.Close());
    }

    private Func<MessageDispatcher> SourceOf(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        if (_known.TryGetValue(id, out var known))
            return known;
        // A block that asks for threads of its own must not get them twice.
        lock (_gate)
            return _known[id] = _known.GetOrAdd(PathOfBlock(id), Configure);
    }

    private Func<MessageDispatcher> Configure(string id)
    {
        var throughput = AtLeastOne(KeyFor(id, "throughput"));
        if (_config.GetTimeSpan(KeyFor(id, "throughput-deadline-time")) > TimeSpan.Zero)
            throw new ConfigurationException($"{id}.throughput-deadline-time is not supported by the embedded Akka.");
        var type = _config.GetString(KeyFor(id, "type"))!;
        switch (type)
        {
            case "PinnedDispatcher":
                return () => new PinnedDispatcher(id, throughput, _execution);
            case "Dispatcher" or "TaskDispatcher" or "ForkJoinDispatcher":
                var shared = new Dispatcher(id, throughput, _execution, WorkersOf(id, type));
                _shared.Add(shared);
                return () => shared;
            default:
                throw new ConfigurationException($"Could not resolve dispatcher type {type} for path {id}");
        }
    }

    private IWorkers? WorkersOf(string id, string type)
    {
        var executor = type == "ForkJoinDispatcher" ? "fork-join-executor" : _config.GetString(KeyFor(id, "executor"));
        switch (executor)
        {
            case "default-executor" or "thread-pool-executor" or "task-executor":
                return null;
            case "fork-join-executor":
                return _execution.Dedicate(id, ThreadsOf(id));
            default:
                throw new ConfigurationException(
                    $"Could not resolve executor service configurator type {executor} for path {id}");
        }
    }

    private int ThreadsOf(string id)
    {
        if (_config.HasPath($"{id}.dedicated-thread-pool"))
            return AtLeastOne($"{id}.dedicated-thread-pool.thread-count");
        var least = AtLeastOne(KeyFor(id, "fork-join-executor.parallelism-min"));
        var most = AtLeastOne(KeyFor(id, "fork-join-executor.parallelism-max"));
        return Math.Min(Math.Max(Environment.ProcessorCount, least), most);
    }

    private int AtLeastOne(string key)
    {
        var number = _config.GetInt(key);
        return number >= 1 ? number : throw new ConfigurationException($"{key} is {number}, it must be >= 1.");
    }

    /// <summary>Where the value for a block stands: in it, or in the default one.</summary>
    private string KeyFor(string id, string name)
        => _config.HasPath($"{id}.{name}") ? $"{id}.{name}" : $"{DefaultDispatcherId}.{name}";

    private string PathOfBlock(string id)
    {
        var path = id;
        for (var aliases = 0; aliases < AliasesMax; aliases++)
        {
            if (_config.GetValue(path) is not { } value)
                throw new ConfigurationException($"Dispatcher {path} not configured.");
            if (value.IsObject())
                return path;
            path = _config.GetString(path)!;
        }
        throw new ConfigurationException($"Dispatcher {id} is an alias that leads nowhere after {AliasesMax} steps.");
    }
}
