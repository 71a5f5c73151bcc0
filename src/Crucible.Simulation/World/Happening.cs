using System.Globalization;

namespace Crucible.Simulation.World;

/// <summary>One line of a run's schedule.</summary>
/// <param name="At">From the start of the run.</param>
/// <param name="Volume">Which volume, from 0; meaningless where all are meant.</param>
/// <param name="A">The block, the slot, the machine or the connection it is about.</param>
/// <param name="B">How many, or which variant.</param>
/// <param name="Lasts">How long a fault stays.</param>
internal sealed record Happening(TimeSpan At, int Volume, Deed Deed, int A, int B, TimeSpan Lasts)
{
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{At.TotalSeconds,12:0.0000000} volume {Volume} {Deed} {A} {B}{(IsFault ? $" for {Lasts.TotalSeconds:0.0} s" : "")}");

    public bool IsFault => Deed >= Deed.KillServer;
}
