using Crucible.Core.Upstairs;
using Crucible.Wire;

namespace PropolisActors.Volumes;

/// <summary>
/// How this service treats every read-write region set; nothing a volume construction request can say.
/// </summary>
/// <param name="ActivationQuorum">Copies that must be there before it serves: 3, or 2 to go on degraded.</param>
/// <param name="ActivationGrace">How long two copies wait for the third; 0 to an hour. Of no meaning with 3.</param>
public sealed record VolumeOptions(int ActivationQuorum, TimeSpan ActivationGrace)
{
    private static readonly TimeSpan GraceMax = TimeSpan.FromHours(1);

    /// <summary>All three copies, as the reference has it.</summary>
    public static VolumeOptions Default { get; } = new(ProtocolLimits.Slots, TimeSpan.FromSeconds(30));

    /// <summary>Says which value is out of its range, or null.</summary>
    public string? Fault() => this switch
    {
        { ActivationQuorum: not (UpstairsLimits.WriteQuorum or ProtocolLimits.Slots) }
            => "activation-quorum must be 2 or 3",
        _ when ActivationGrace < TimeSpan.Zero || ActivationGrace > GraceMax => "activation-grace must be 0 to 1 hour",
        _ => null,
    };
}
