namespace Propolis.Core.Spec;

/// <summary>The hypervisor interface shown to the guest.</summary>
public abstract record GuestHypervisorInterface
{
    /// <summary>The default; not written out.</summary>
    public sealed record Bhyve : GuestHypervisorInterface;

    /// <summary>Hyper-V. The reference time-stamp counter is the only feature there is.</summary>
    public sealed record HyperV(bool ReferenceTsc) : GuestHypervisorInterface;
}
