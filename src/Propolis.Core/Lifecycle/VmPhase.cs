namespace Propolis.Core.Lifecycle;

/// <summary>Which requests can reach a VM at all. Source: propolis-server API, sections 2 and 6.1.</summary>
/// <remarks>The phase between the end of the VM and the release of its parts is not one of ours: what is released
/// after Stopped belongs to <see cref="Active"/>, and everything after that to <see cref="Ended"/>.</remarks>
public enum VmPhase
{
    /// <summary>Nothing was asked for: only a creation is taken.</summary>
    NoVm,

    /// <summary>Being built: reads are answered, a creation is a conflict, all else answers 424.</summary>
    WaitingForInit,

    /// <summary>Everything is answered; a creation is a conflict.</summary>
    Active,

    /// <summary>Reads are answered, all else answers 424, a creation is taken.</summary>
    Ended,
}
