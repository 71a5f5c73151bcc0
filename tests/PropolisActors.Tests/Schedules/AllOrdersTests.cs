using Akka.Deterministic;
using Propolis.Core.Lifecycle;
using PropolisActors.Journal;
using PropolisActors.Protocols;
using Xunit.Abstractions;

namespace PropolisActors.Tests.Schedules;

/// <summary>L4 by enumeration: requests that arrive together, in every order the actors can see them.</summary>
public sealed class AllOrdersTests(ITestOutputHelper output)
{
    private const ulong SampledOrders = 1000;

    private static readonly ExplorationLimits Limits = ExplorationLimits.Default with
    {
        SchedulesMax = 3_000_000,
        Time = 3 * ServiceOptions.Default.StopGrace,
    };

    [Theory]
    [InlineData("run", "stop")]
    [InlineData("run", "replace")]
    [InlineData("stop", "replace")]
    public void Two_requests_arriving_together_are_both_answered(string first, string second)
    {
        Explore(system =>
        {
            var vm = new ScheduledVm(system, VmTestKit.EnsureOneDiskCommand());
            Request(vm, first);
            Request(vm, second);
            return vm;
        });
    }

    [Fact]
    public void Run_stop_and_replace_arriving_together_are_all_answered()
    {
        // Every write to the journal multiplies the orders: those of three requests are millions, and are sampled.
        for (var seed = 0UL; seed < SampledOrders; seed++)
        {
            using var system = DeterministicSystem.Create("orders", seed);
            var vm = new ScheduledVm(system, VmTestKit.EnsureOneDiskCommand());
            Request(vm, "run");
            Request(vm, "stop");
            Request(vm, "replace");
            system.RunFor(Limits.Time);
            vm.CheckEveryoneIsAnswered();
        }
    }

    private static void Request(ScheduledVm vm, string what)
    {
        switch (what)
        {
            case "run":
                vm.Put(StateRequest.Run);
                break;
            case "stop":
                vm.Put(StateRequest.Stop);
                break;
            default:
                vm.Replace(VmTestKit.Alpha, 2, 1, 2, 7);
                break;
        }
    }

    private void Explore(Func<DeterministicSystem, ScheduledVm> scenario)
    {
        var exploration = ScheduleExplorer.Explore(
            system =>
            {
                // News of the state are noted down for questions nobody asks here.
                system.IgnoreOrderOf<VmProtocol.VmSummary>();
                system.IgnoreOrderOf<LifecycleProtocol.Facts>();
                system.IgnoreOrderOf<JournalProtocol.Replayed>();
                var vm = scenario(system);
                system.StopChoosingWhen(() => vm.IsEveryoneAnswered);
                return vm.CheckEveryoneIsAnswered;
            },
            Limits);
        output.WriteLine(exploration.ToString());
        exploration.ThrowUnlessAllPassed();
    }
}
