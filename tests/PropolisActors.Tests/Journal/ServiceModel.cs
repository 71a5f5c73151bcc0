using Propolis.Core.Lifecycle;
using Propolis.Core.Spec;
using PropolisActors.Protocols;

namespace PropolisActors.Tests.Journal;

/// <summary>What a client may rely on of one VM, by the answers it got and the one it did not get.</summary>
internal sealed class ServiceModel
{
    private readonly Dictionary<Guid, List<string>> _vcrs = [];

    /// <summary>How many creations were answered.</summary>
    public int Created { get; private set; }

    /// <summary>A creation was sent and not answered.</summary>
    public bool IsCreating { get; set; }

    /// <summary>The newest state that was seen; null before the first of the newest instance.</summary>
    public InstanceStateSnapshot? Seen { get; private set; }

    public void Ensured(params ReadOnlySpan<(Guid Disk, string Vcr)> disks)
    {
        Created++;
        IsCreating = false;
        Seen = null;
        foreach (var (disk, vcr) in disks)
            _vcrs[disk] = [vcr];
    }

    public void Sent(Guid disk, string vcr) => _vcrs[disk].Add(vcr);

    /// <summary>The newest sent was accepted: nothing older may come back.</summary>
    public void Accepted(Guid disk) => _vcrs[disk].RemoveRange(0, _vcrs[disk].Count - 1);

    public void Saw(InstanceStateSnapshot state) => Seen = state;

    /// <summary>Compares what the next service says.</summary>
    public void Check(object? answer, string when)
    {
        if (answer is VmProtocol.Refused { Why.Status: 424 })
        {
            Assert.True(Created == 0, $"{when}: a VM whose creation was answered is gone");
            return;
        }

        var vm = Assert.IsType<VmProtocol.Instance>(answer);
        Assert.True(Created > 0 || IsCreating, $"{when}: a VM that nobody created is there");
        var isNew = IsCreating && !HasFinalState(Seen);
        Assert.True(vm.State.State is InstanceState.Failed or InstanceState.Destroyed, $"{when}: {vm.State}");
        if (vm.State.State == InstanceState.Failed)
            Assert.Equal("service restarted", vm.FailureReason);
        if (IsCreating || isNew)
            return;
        if (Seen is { } seen)
        {
            Assert.True(vm.State.Gen >= seen.Gen, $"{when}: generation {vm.State.Gen} after {seen.Gen} was seen");
            if (HasFinalState(seen))
                Assert.Equal((seen.Gen, seen.State), (vm.State.Gen, vm.State.State));
        }

        foreach (var (disk, allowed) in _vcrs)
        {
            var backend = (Component.CrucibleStorageBackend)vm.Spec!.Spec.Components[SpecKey.Of(disk)];
            Assert.Contains(backend.RequestJson, allowed);
        }
    }

    private static bool HasFinalState(InstanceStateSnapshot? state) =>
        state is { State: InstanceState.Destroyed or InstanceState.Failed };
}
