using System.Text.Json;
using Crucible.Simulation;
using PropolisActors.SystemSimulation.World;

namespace PropolisActors.SystemSimulation.Checks;

/// <summary>A client that follows one VM's state monitor: what it is told has the generation it asked for, or a higher one.</summary>
internal sealed class MonitorCheck
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private readonly SimulatedVm _vm;
    private readonly SystemWorld _world;

    public MonitorCheck(SimulatedVm vm, SystemWorld world)
    {
        (_vm, _world) = (vm, world);
        Ask(1);
    }

    private void Ask(ulong gen) => _vm.Monitor(gen).WhenOver = reply =>
    {
        if (reply.Status != 200)
        {
            // There is no VM, or it will never get there: it begins anew with the next.
            _world.Clock.After(Pause, () => Ask(1));
            return;
        }

        using var json = JsonDocument.Parse(reply.Body);
        var told = json.RootElement.GetProperty("gen").GetUInt64();
        if (told < gen)
            throw new SimulationFailure("Generation", $"a monitor of generation {gen} was told {told}");
        _world.Soon("monitor", () => Ask(told + 1));
    };
}
