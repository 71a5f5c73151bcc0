namespace Propolis.Core.Lifecycle;

/// <summary>What a client may ask of a VM's state.</summary>
public enum StateRequest
{
    Run,
    Stop,
    Reboot,
}
