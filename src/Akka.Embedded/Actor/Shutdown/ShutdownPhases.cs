using Akka.Configuration;

namespace Akka.Actor;

/// <summary>One phase of a shutdown.</summary>
/// <param name="Name">Its key under <c>akka.coordinated-shutdown.phases</c>.</param>
/// <param name="DependsOn">The phases that come before it.</param>
/// <param name="Timeout">How long its tasks may take together.</param>
/// <param name="Recover">Whether the run goes on after a task failed or was late.</param>
internal sealed record ShutdownPhase(string Name, IReadOnlyList<string> DependsOn, TimeSpan Timeout, bool Recover);

/// <summary>The phases of one system in an order that keeps every dependency.</summary>
/// <remarks>A phase that is only named as a dependency exists too, with the default timeout.</remarks>
internal sealed class ShutdownPhases
{
    private readonly Dictionary<string, ShutdownPhase> _byName = new(StringComparer.Ordinal);
    private readonly List<ShutdownPhase> _ordered = [];

    /// <summary>Reads the phases.</summary>
    /// <param name="config">The whole configuration.</param>
    /// <exception cref="ArgumentException">Phases depend on one another in a cycle.</exception>
    public ShutdownPhases(Config config)
    {
        var defaultTimeout = config.GetTimeSpan(
            "akka.coordinated-shutdown.default-phase-timeout", allowInfinite: false);
        var section = config.GetConfig("akka.coordinated-shutdown.phases")
            ?? throw new ConfigurationException("akka.coordinated-shutdown.phases is missing.");
        foreach (var (name, _) in section.AsEnumerable())
        {
            var phase = $"akka.coordinated-shutdown.phases.\"{name}\"";
            _byName[name] = new ShutdownPhase(
                name,
                [.. config.GetStringList($"{phase}.depends-on")],
                config.GetTimeSpan($"{phase}.timeout", defaultTimeout, allowInfinite: false),
                config.GetBoolean($"{phase}.recover", true));
        }
        foreach (var name in _byName.Values.SelectMany(phase => phase.DependsOn).Except(_byName.Keys).ToArray())
            _byName[name] = new ShutdownPhase(name, [], defaultTimeout, Recover: true);
        Sort();
    }

    public IEnumerable<string> Names => _byName.Keys;

    public ShutdownPhase? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The phases from that one on, all of them for null, none for an unknown one.</summary>
    public IEnumerable<ShutdownPhase> From(string? name)
        => name is null ? _ordered : _ordered.SkipWhile(phase => phase.Name != name);

    private void Sort()
    {
        var done = new HashSet<string>(StringComparer.Ordinal);
        var open = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in _byName.Keys)
            Add(name);

        void Add(string name)
        {
            if (done.Contains(name))
                return;
            if (!open.Add(name))
            {
                throw new ArgumentException(
                    $"Cycle detected in akka.coordinated-shutdown.phases: [{name}] depends on itself by way of " +
                    $"[{string.Join(", ", open)}].");
            }
            foreach (var before in _byName[name].DependsOn)
                Add(before);
            open.Remove(name);
            done.Add(name);
            _ordered.Add(_byName[name]);
        }
    }
}
