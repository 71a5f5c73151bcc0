namespace Crucible.Simulation.World;

/// <summary>How large the volume is: small, so that requests meet.</summary>
internal sealed record VolumeShape(int Extents, int BlocksPerExtent)
{
    public int Blocks => Extents * BlocksPerExtent;

    public static VolumeShape Draw(SeededRandom random) => new(1 + random.Below(4), 2 + random.Below(4));
}
