using System.Globalization;
using Akka.Deterministic;
using Propolis.Core.Lifecycle;
using PropolisActors.Protocols;
using Xunit.Abstractions;

namespace PropolisActors.Tests.Schedules;

/// <summary>L2 and L4 by sampling: a VM's day drawn from a seed, and so is every order in it.</summary>
public sealed class SeedTests(ITestOutputHelper output)
{
    private const int Seeds = 1000;
    private static readonly TimeSpan Grace = ServiceOptions.Default.StopGrace;

    [Fact]
    public void Thousand_days_end_with_the_vm_destroyed_and_everyone_answered()
    {
        var steps = 0L;
        for (var seed = 0UL; seed < Seeds; seed++)
        {
            using var system = DeterministicSystem.Create("day", seed);
            try
            {
                Day(new ScheduledVm(system, VmTestKit.EnsureCommand()), new Random((int)seed));
            }
            catch (Exception cause)
            {
                throw new InvalidOperationException(
                    $"seed {seed}: {cause.Message}\n{string.Join('\n', system.Trace.TakeLast(200))}", cause);
            }
            steps += system.StepsRun;
        }
        output.WriteLine($"{Seeds} seeds, {steps.ToString(CultureInfo.InvariantCulture)} steps");
    }

    [Fact]
    public void Same_seed_is_the_same_day()
    {
        for (var seed = 0; seed < 20; seed++)
            Assert.Equal(HashOf(seed), HashOf(seed));
    }

    private static string HashOf(int seed)
    {
        using var system = DeterministicSystem.Create("day", (ulong)seed);
        Day(new ScheduledVm(system, VmTestKit.EnsureCommand()), new Random(seed));
        return system.TraceHash;
    }

    /// <summary>Requests and news, several at a time, at moments drawn; then a stop, its grace, and the checks.</summary>
    private static void Day(ScheduledVm vm, Random random)
    {
        vm.Put(StateRequest.Run);
        for (var moment = 0; moment < 8; moment++)
        {
            for (var i = random.Next(4); i >= 0; i--)
                Happen(vm, random, moment);
            vm.System.RunFor(TimeSpan.FromMilliseconds(random.Next(3000)));
        }
        vm.Put(StateRequest.Stop);
        vm.System.RunFor(3 * Grace);
        vm.CheckEveryoneIsAnswered();
        Assert.True(vm.State() is InstanceState.Destroyed or InstanceState.Failed, $"the VM is {vm.State()}");
    }

    private static void Happen(ScheduledVm vm, Random random, int moment)
    {
        var disk = random.Next(2) == 0 ? VmTestKit.Alpha : VmTestKit.Beta;
        switch (random.Next(12))
        {
            case 0:
                vm.Put(StateRequest.Run);
                break;
            case 1:
                vm.Put(StateRequest.Reboot);
                break;
            case 2 when random.Next(4) == 0:
                vm.Put(StateRequest.Stop);
                break;
            case 3 or 4:
                vm.Replace(disk, (ulong)moment + 2, 10, 11, 20 + moment);
                break;
            case 5:
                vm.Ask(new VmProtocol.Monitor(VmTestKit.Vm, vm.NextWaiter(), (ulong)random.Next(9)));
                break;
            case 6:
                vm.Ask(new VmProtocol.GetDiskStatus(VmTestKit.Vm, disk.ToString()));
                break;
            case 7:
                vm.System.RunConcurrently("machine", () => vm.Machine.IsStuck = !vm.Machine.IsStuck);
                break;
            case 8:
                vm.System.RunConcurrently("let go", vm.Volumes[disk].FinishDeactivation);
                break;
            default:
                vm.System.RunConcurrently("servers", vm.Volumes[disk].BecomeActive);
                break;
        }
    }
}
