using System.Collections.Immutable;
using System.Diagnostics;
using Akka.Actor;
using Propolis.Core.Lifecycle;
using Propolis.Core.Spec;
using PropolisActors.Protocols;

namespace PropolisActors.Tests;

/// <summary>Two thousand VMs with ten thousand volumes in one process, none of whose disk servers ever answers.</summary>
public sealed class ManyVmsTests : VmTestKit
{
    private const int Vms = 2000;
    private const int Disks = 5;

    /// <summary>Asked at once; the directory's journal has a limit on creations that wait for it.</summary>
    private const int Batch = 500;

    /// <summary>Many times what all of it takes; it only ends a test that is stuck.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly VmName[] _names = [.. Enumerable.Range(0, Vms).Select(NameOf)];

    [Fact]
    public async Task Two_thousand_vms_with_ten_thousand_volumes_are_all_answered_and_all_stopped_and_leave_nothing()
    {
        await AllAsync<VmProtocol.Ensured>(Creation);
        await AllAsync<VmProtocol.StateAccepted>(i => new VmProtocol.PutState(_names[i], StateRequest.Run));
        Assert.All(await AllAsync<VmProtocol.Monitored>(i => Monitor(i, gen: 2)),
            seen => Assert.Equal(InstanceState.Starting, seen.State.State));
        // Each of these waits as long as its VM lives.
        var ends = Enumerable.Range(0, Vms).Select(i => AskAsync<VmProtocol.Monitored>(Monitor(i, gen: 4))).ToArray();

        await AllAsync<VmProtocol.VcrReplaced>(i => new VmProtocol.ReplaceVcr(
            _names[i], Disk(i, 0).ToString(), Vcr(Disk(i, 0), 2, 1, 2, 4)));
        for (var disk = 0; disk < Disks; disk++)
        {
            await AllAsync<VolumeProtocol.VolumeStatus>(i =>
                new VmProtocol.GetDiskStatus(_names[i], Disk(i, disk).ToString()));
        }

        Assert.Equal(Vms * Disks, Volumes.All.Count(volume => volume.Activations == 1));
        Assert.DoesNotContain(ends, end => end.IsCompleted);

        await AllAsync<VmProtocol.StateAccepted>(i => new VmProtocol.PutState(_names[i], StateRequest.Stop));
        Assert.All(await Task.WhenAll(ends).WaitAsync(Patience), end => Assert.Equal(InstanceState.Destroyed, end.State.State));
        var list = await AskAsync<VmProtocol.VmList>(new VmProtocol.GetVms());
        Assert.Equal(Vms, list.Vms.Count(vm => vm.State.State == InstanceState.Destroyed));
        AwaitCondition(() => Volumes.All.All(volume => volume.IsDisposed), Patience);
        Assert.Equal(Vms * Disks, Volumes.All.Count());
    }

    private static VmName NameOf(int vm) =>
        VmName.TryParse($"vm-{vm}", out var name) ? name.Value : throw new UnreachableException();

    private static Guid Disk(int vm, int disk) => new(vm + 1, (short)disk, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    private VmProtocol.Monitor Monitor(int vm, ulong gen) => new(_names[vm], Guid.NewGuid(), gen);

    private VmProtocol.Ensure Creation(int vm)
    {
        var components = ImmutableSortedDictionary.CreateBuilder<SpecKey, Component>();
        components.Add(SpecKey.Parse("com1"), new Component.SerialPort(SerialPortNumber.Com1));
        for (byte i = 0; i < Disks; i++)
        {
            var disk = Disk(vm, i);
            components.Add(SpecKey.Parse($"device-{i}"), new Component.VirtioDisk(SpecKey.Of(disk), new PciPath(0, (byte)(16 + i), 0)));
            components.Add(SpecKey.Of(disk), new Component.CrucibleStorageBackend(Vcr(disk, 1, 1, 2, 3), false));
        }

        return EnsureCommand(components.ToImmutable()) with { Vm = _names[vm] };
    }

    private async Task<T> AskAsync<T>(object message)
    {
        var answer = await Directory.Ask<object>(message, Timeout.InfiniteTimeSpan, CancellationToken.None);
        return answer is T expected ? expected : throw new InvalidOperationException($"{message} was answered with {answer}");
    }

    /// <summary>Asks something of every VM, many at a time.</summary>
    private async Task<List<T>> AllAsync<T>(Func<int, object> message)
    {
        var answers = new List<T>();
        foreach (var batch in Enumerable.Range(0, Vms).Chunk(Batch))
            answers.AddRange(await Task.WhenAll(batch.Select(i => AskAsync<T>(message(i)))).WaitAsync(Patience));
        return answers;
    }
}
