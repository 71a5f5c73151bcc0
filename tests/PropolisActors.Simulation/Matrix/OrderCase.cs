using System.Collections.Immutable;
using Crucible.Simulation;
using Propolis.Core.Lifecycle;
using PropolisActors.SystemSimulation.World;

namespace PropolisActors.Simulation.Matrix;

/// <summary>Some requests that reach a VM at one moment, in one order, and the rest of its life.</summary>
/// <param name="Phase">What it is doing then.</param>
/// <param name="Order">Which, in the order of their arrival.</param>
/// <param name="Old">The state of one server of its disk.</param>
internal sealed record OrderCase(MatrixPhase Phase, ImmutableArray<MatrixRequest> Order, OldServer Old) : IMatrixCase
{
    private const int RequestsMax = 4;
    private const string Snapshot = "5c1a5e00-0000-4000-8000-000000000001";

    /// <summary>With the grace of a stop and the dead connections it may have to wait for.</summary>
    private static readonly TimeSpan StopLimit = ServiceOptions.Default.StopGrace + TimeSpan.FromSeconds(2);

    /// <summary>A snapshot may wait for its deadline, and a migration's target for its source.</summary>
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(75);

    /// <summary>Every order of up to four different requests in every phase; the servers' states take turns.</summary>
    public static IEnumerable<OrderCase> All()
    {
        var orders = Orders([]).ToArray();
        var number = 0;
        foreach (var phase in Enum.GetValues<MatrixPhase>())
        {
            foreach (var order in orders)
                yield return new OrderCase(phase, order, (OldServer)(number++ % 4));
        }
    }

    public SystemWorld Run(ulong seed, bool keepTrace, MatrixCounts counts)
    {
        var phased = new PhasedVm(seed, Phase, Old, slot: (int)(seed % 3), disks: 1, keepTrace);
        counts.Began(phased.World);
        phased.Reach();
        counts.Count(Phase);
        var vcr = phased.NextVcr(phased.Disk.NewServer(machine: 9));
        var asked = Send(phased, vcr);
        phased.World.RunFor(TimeSpan.FromMilliseconds(100));
        phased.Release();
        foreach (var (_, reply) in asked)
            phased.Vm.Await(reply, AnswerLimit);
        // Whoever is told that the VM is gone may hear it before its end is stored.
        phased.World.RunFor(TimeSpan.FromMilliseconds(1));
        Check(phased, asked, counts);
        Settle(phased, asked);
        counts.CheckAllAnswered(phased.Vm);
        if (phased.Vms.Count == 1)
            phased.World.Replacements.SpecIsStored(phased.Vm.Name, phased.Vm.Await(phased.Vm.Spec()), phased.Vm.Disks);
        return phased.World;
    }

    public override string ToString() => $"{Phase}, server {Old}: {string.Join(", ", Order)}";

    private static IEnumerable<ImmutableArray<MatrixRequest>> Orders(ImmutableArray<MatrixRequest> begun)
    {
        if (begun.Length == RequestsMax)
            yield break;
        foreach (var next in Enum.GetValues<MatrixRequest>().Where(next => !begun.Contains(next)))
        {
            var order = begun.Add(next);
            yield return order;
            foreach (var longer in Orders(order))
                yield return longer;
        }
    }

    /// <summary>All at one moment: they are in the actors' mailboxes in this order before any of them is looked at.</summary>
    private List<(MatrixRequest What, Reply Reply)> Send(PhasedVm phased, string vcr)
    {
        var asked = new List<(MatrixRequest, Reply)>();
        phased.World.Soon("requests", () =>
        {
            foreach (var request in Order)
            {
                if (Ask(phased, request, vcr) is { } reply)
                    asked.Add((request, reply));
            }
        });
        phased.World.RunUntil(() => asked.Count > 0, TimeSpan.Zero);
        return asked;
    }

    private static Reply? Ask(PhasedVm phased, MatrixRequest request, string vcr)
    {
        var vm = phased.Vm;
        switch (request)
        {
            case MatrixRequest.Run:
                return vm.SendNow("PUT", "instance/state", "\"Run\"");
            case MatrixRequest.Stop:
                return vm.SendNow("PUT", "instance/state", "\"Stop\"");
            case MatrixRequest.Reboot:
                return vm.SendNow("PUT", "instance/state", "\"Reboot\"");
            case MatrixRequest.Replace or MatrixRequest.ReplaceAgain:
                return vm.ReplaceNow(phased.Disk, vcr);
            case MatrixRequest.Snapshot:
                return vm.SendNow("POST", $"instance/disk/{phased.Disk.Id}/snapshot/{Snapshot}");
            case MatrixRequest.Migrate:
                return phased.Migrate(out _);
            case MatrixRequest.Status:
                return vm.SendNow("GET", $"instance/disk/{phased.Disk.Id}/status");
            case MatrixRequest.GuestPowerOff:
                vm.Machine?.PowerOff();
                return null;
            default:
                vm.Machine?.ResetItself();
                return null;
        }
    }

    private static void Check(PhasedVm phased, List<(MatrixRequest What, Reply Reply)> asked, MatrixCounts counts)
    {
        var accepted = false;
        foreach (var (what, reply) in asked)
        {
            switch (what)
            {
                case MatrixRequest.Replace or MatrixRequest.ReplaceAgain:
                    // The first of the two is new, and the other its repeat.
                    counts.ReplacementAnswered(reply, phased.Vm.HasEnded, reply.Status == 200
                        && (accepted ? reply.Word is "started_already" or "completed_already" : reply.Word == "started"));
                    accepted = true;
                    break;
                case MatrixRequest.Stop:
                    PhasedVm.Expect(reply, phased.Vm.HasEnded ? [204, 424] : [204]);
                    break;
                case MatrixRequest.Run or MatrixRequest.Reboot:
                    PhasedVm.Expect(reply, phased.Vm.HasEnded ? [204, 403, 424] : [204, 403]);
                    break;
                case MatrixRequest.Migrate:
                    // Whether it may come is the source's to say; here it only matters that it is said.
                    break;
                case MatrixRequest.Snapshot:
                    // A disk that is not in service has nothing to take one of.
                    PhasedVm.Expect(reply, phased.Vm.HasEnded ? [200, 400, 410, 424] : [200, 400]);
                    break;
                default:
                    PhasedVm.Expect(reply, phased.Vm.HasEnded ? [200, 410, 424] : [200]);
                    break;
            }
        }
    }

    /// <summary>Whatever was begun comes to its end; then a stop ends what is left.</summary>
    private void Settle(PhasedVm phased, List<(MatrixRequest What, Reply Reply)> asked)
    {
        var stopped = asked.Exists(a => a.What == MatrixRequest.Stop && a.Reply.Status == 204);
        if (Phase is MatrixPhase.Pausing or MatrixPhase.Stopping || (stopped && phased.Vms.Count == 1))
            PhasedVm.AwaitEnd(phased.World, phased.Vm, StopLimit, "L2");
        phased.AwaitMigrations();
        var whole = Old == OldServer.Healthy
            || asked.Exists(a => a.What is MatrixRequest.Replace or MatrixRequest.ReplaceAgain && a.Reply.Status == 200);
        if (whole && !phased.World.RunUntil(() => phased.Vms.All(IsSettled), PhasedVm.Patience))
            throw new SimulationFailure("L1", phased.Describe());
        foreach (var vm in phased.Vms.Where(vm => !vm.HasEnded && vm.State is not null).ToArray())
        {
            PhasedVm.Expect(vm.Await(vm.Put("Stop")), 204, 424);
            PhasedVm.AwaitEnd(phased.World, vm, StopLimit, "L2");
        }
    }

    private static bool IsSettled(SimulatedVm vm) => vm.State is null || vm.HasEnded || IsAtRest(vm.State);

    private static bool IsAtRest(InstanceState? state) => state is InstanceState.Creating or InstanceState.Running;
}
