using Crucible.Simulation;
using Crucible.Simulation.World;
using Propolis.Core.Lifecycle;
using PropolisActors.Journal;

namespace PropolisActors.SystemSimulation.Checks;

/// <summary>
/// Every state a VM publishes, as it is stored: generations rise by one, and one state follows another only where the contract
/// lets it (propolis-server API, sections 9, 10 and 17).
/// </summary>
internal sealed class LifeCheck(Trace trace)
{
    private readonly Dictionary<string, (ulong Gen, InstanceState? State, int Instance)> _lives = new(StringComparer.Ordinal);

    private readonly HashSet<string> _migrating = new(StringComparer.Ordinal);

    /// <summary>Called with each state that is stored.</summary>
    public Action<string, JournalEvent.StatePublished>? Published { get; set; }

    /// <summary>What the VM published last; null before the first.</summary>
    public InstanceState? StateOf(string vm) => _lives.TryGetValue(JournalOf(vm), out var life) ? life.State : null;

    /// <summary>Its generation; 0 before the first.</summary>
    public ulong GenerationOf(string vm) => _lives.TryGetValue(JournalOf(vm), out var life) ? life.Gen : 0;

    /// <summary>Counts the VMs that bore that name.</summary>
    public int InstanceOf(string vm) => InstanceOfJournal(JournalOf(vm));

    public bool HasEnded(string vm) => IsFinal(StateOf(vm));

    public void Stored(string persistenceId, JournalEvent @event)
    {
        switch (@event)
        {
            case JournalEvent.InstanceEnsured:
                _lives[persistenceId] = (0, null, InstanceOfJournal(persistenceId) + 1);
                _migrating.Remove(persistenceId);
                break;
            case JournalEvent.StatePublished published:
                trace.Add($"{persistenceId} is {published.State} at generation {published.Gen}: {published.FailureReason}");
                Check(persistenceId, published);
                _lives[persistenceId] = (published.Gen, published.State, InstanceOfJournal(persistenceId));
                Published?.Invoke(persistenceId, published);
                break;
            default:
                break;
        }
    }

    public static bool IsFinal(InstanceState? state) => state is InstanceState.Destroyed or InstanceState.Failed;

    private int InstanceOfJournal(string journal) => _lives.TryGetValue(journal, out var life) ? life.Instance : 0;

    private static string JournalOf(string vm) => $"vm/{vm}";

    private void Check(string vm, JournalEvent.StatePublished published)
    {
        var (gen, state, _) = _lives[vm];
        // What comes from another server is stored from when its spec is known, and shown from before that.
        if (published.Gen != gen + 1 && (state is not null || published.State != InstanceState.Migrating))
            throw new SimulationFailure("Generation", $"{vm} published generation {published.Gen} after {gen}");
        if (published.State == InstanceState.Migrating)
            _migrating.Add(vm);
        // Each step of a migration is published with the state there is.
        if (!MayFollow(state, published) && !(state == published.State && _migrating.Contains(vm)))
            throw new SimulationFailure("Transition", $"{vm} published {published.State} after {state}");
        if (published.State == InstanceState.Failed && published.FailureReason is null)
            throw new SimulationFailure("L5", $"{vm} failed and does not say why");
    }

    private static bool MayFollow(InstanceState? before, JournalEvent.StatePublished published) =>
        (before, published.State) switch
        {
            (null, InstanceState.Creating or InstanceState.Migrating) => true,
            // A machine that breaks, a disk that can never serve, or a service that was restarted.
            (not (null or InstanceState.Destroyed or InstanceState.Failed), InstanceState.Failed) => true,
            (InstanceState.Creating, InstanceState.Starting or InstanceState.Stopping) => true,
            (InstanceState.Starting, InstanceState.Running or InstanceState.Stopped) => true,
            // The first word of a migration's actor may overtake the lifecycle's, that the VM is migrating.
            (InstanceState.Running, InstanceState.Running or InstanceState.Rebooting or InstanceState.Stopping or InstanceState.Migrating) => true,
            (InstanceState.Rebooting, InstanceState.Running or InstanceState.Stopping) => true,
            // One that has left for another server has nothing to stop.
            (InstanceState.Stopping, InstanceState.Stopped or InstanceState.Destroyed) => true,
            (InstanceState.Stopped, InstanceState.Destroyed) => true,
            // A guest that resets itself stays.
            (InstanceState.Migrating, InstanceState.Rebooting or InstanceState.Running or InstanceState.Stopping
                or InstanceState.Stopped) => true,
            _ => false,
        };
}
