using System.Numerics;

namespace Akka.Cluster.Sharding;

/// <summary>The 32-bit hash that maps an entity id to a shard.</summary>
/// <remarks>
/// The early form of MurmurHash3 with two streams of multipliers. All constants and the order of the steps are those by
/// which Akka.NET places entities (published in its API documentation as MurmurHash); another hash would put stored
/// entities into other shards.
/// </remarks>
internal static class StringHash
{
    private const uint Seed = 0x331df49;
    private const uint Start = 0x971e137b;
    private const uint FirstA = 0x95543787;
    private const uint FirstB = 0x2ad7eb25;
    private const uint StepA = 0x7b7d159c;
    private const uint StepB = 0x6bce6396;
    private const uint Mixer = 0x52dce729;

    /// <summary>Hash of the UTF-16 units of <paramref name="text"/>, two a step, the last one alone if odd.</summary>
    public static int Of(ReadOnlySpan<char> text)
    {
        unchecked
        {
            var hash = ((uint)text.Length * Seed) ^ Start;
            var (a, b) = (FirstA, FirstB);
            for (; text.Length > 0; text = text[Math.Min(2, text.Length)..])
            {
                var unit = text.Length == 1 ? text[0] : ((uint)text[0] << 16) + text[1];
                hash = ((hash ^ (BitOperations.RotateLeft(unit * a, 11) * b)) * 3) + Mixer;
                a = (a * 5) + StepA;
                b = (b * 5) + StepB;
            }
            hash = (hash ^ (hash >> 16)) * 0x85ebca6b;
            hash = (hash ^ (hash >> 13)) * 0xc2b2ae35;
            return (int)(hash ^ (hash >> 16));
        }
    }
}
