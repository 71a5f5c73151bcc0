using System.Globalization;

namespace PropolisActors.SystemSimulation.World;

/// <summary>One line of a schedule.</summary>
/// <param name="At">Since the start of the run.</param>
/// <param name="Deed">What.</param>
/// <param name="Vm">Which VM.</param>
/// <param name="A">Which of its disks, or which connection.</param>
/// <param name="B">Which of the disk's targets.</param>
/// <param name="Lasts">How long until it is over.</param>
internal sealed record SystemHappening(TimeSpan At, SystemDeed Deed, int Vm, int A, int B, TimeSpan Lasts)
{
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{At.TotalSeconds,12:0.0000000} {Deed} vm {Vm} {A} {B} for {Lasts.TotalSeconds:0.000} s");
}
