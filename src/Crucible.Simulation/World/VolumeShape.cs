using Crucible.Core.Upstairs;

namespace Crucible.Simulation.World;

/// <summary>How large one volume is and how it is used: small, so that requests meet.</summary>
/// <param name="BlockSize">Bytes.</param>
/// <param name="Quorum">Copies it may activate with: 2 or 3.</param>
internal sealed record VolumeShape(int BlockSize, int Extents, int BlocksPerExtent, bool ReadOnly, int Quorum)
{
    private const int SmallBlock = 512;

    private const int ProtocolQuorum = 3;

    /// <summary>Few of these make a megabyte, and few megabytes meet the limits that count bytes.</summary>
    private const int LargeBlock = 32768;

    public int Blocks => Extents * BlocksPerExtent;

    /// <summary>Draws what one volume of a run is like.</summary>
    /// <param name="twoAreEnough">The volumes of this run may be activated with two copies.</param>
    public static VolumeShape Draw(SeededRandom random, Load load, bool twoAreEnough) => load == Load.ManyBytes
        ? new VolumeShape(LargeBlock, 2, 16, ReadOnly: false, Quorum: ProtocolQuorum)
        : new VolumeShape(
            SmallBlock, 1 + random.Below(4), 2 + random.Below(4), ReadOnly: load == Load.Normal && random.Chance(0.08),
            Quorum: twoAreEnough ? UpstairsLimits.WriteQuorum : ProtocolQuorum);
}
