using Crucible.Core.Volumes;
using Crucible.Net.Upstairs;
using Crucible.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace Crucible.Net.Tests.Upstairs;

/// <summary>Two copies that go on without the third, over sockets and disks.</summary>
public class RegionSetQuorumTests
{
    private const int BlockSize = ServedDisk.BlockSize;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly UpstairsId Id = new(Guid.NewGuid());
    private static readonly EncryptionKey Key = new(Convert.ToBase64String(new byte[32]));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Copy_left_behind_takes_what_the_two_hold_when_it_comes_back(bool encrypted)
    {
        await using var disks = new ServedDisks(encrypted);
        await using (var set = Make(disks, encrypted, quorum: 3))
        {
            Assert.Null((await Activate(set, 1)).Error);
            Assert.Null((await set.WriteAsync(new BlockIndex(0), Pattern(1), None)).Error);
            Assert.Null((await set.FlushAsync(None).AsTask().WaitAsync(Patience)).Error);
            await set.DeactivateAsync(Patience, None).WaitAsync(Patience);
        }

        // Nothing is written while the third is away: only the generation can say who is newer.
        await disks.All[1].StopAsync();
        await using (var set = Make(disks, encrypted, quorum: 2))
        {
            Assert.Null((await Activate(set, 5)).Error);
            Assert.True(set.Status.Degraded);
            await AssertHolds(set);
        }

        await disks.All[1].StartAsync();
        await disks.All[0].StopAsync();
        await using var last = Make(disks, encrypted, quorum: 2);
        var tooLow = Assert.IsType<CrucibleError.Negotiation>((await Activate(last, 5)).Error);
        Assert.Equal(new NegotiationError.GenerationNumberTooLow(5, 6), tooLow.Error);
        Assert.Null((await Activate(last, 6)).Error);
        await AssertHolds(last);
    }

    private static RegionSet Make(ServedDisks disks, bool encrypted, int quorum) => new(
        new RegionSetOptions(
            Id, [.. disks.All.Select(s => s.Address)], BlockSize, ServedDisk.BlocksPerExtent, ServedDisk.ExtentCount,
            ReadOnly: false, RegionSetOptions.DefaultFlushTimeout, encrypted ? Key : null,
            ActivationQuorum: quorum, QuorumGrace: TimeSpan.FromMilliseconds(1)),
        new Generation(1), new SessionId(Guid.NewGuid()), TimeProvider.System, NullLogger.Instance);

    private static Task<ActivationResult> Activate(RegionSet set, ulong generation) =>
        set.ActivateAsync(new Generation(generation), None).WaitAsync(Patience);

    /// <summary>What was written, and zeros where nothing was, in every extent.</summary>
    private static async Task AssertHolds(RegionSet set)
    {
        var data = new byte[set.SizeBytes];
        Assert.Null((await set.ReadAsync(new BlockIndex(0), data, None).AsTask().WaitAsync(Patience)).Error);
        Assert.True(Pattern(1).AsSpan().SequenceEqual(data.AsSpan(0, 3 * BlockSize)));
        Assert.False(data.AsSpan(3 * BlockSize).ContainsAnyExcept((byte)0));
    }

    private static byte[] Pattern(byte seed)
    {
        var data = new byte[3 * BlockSize];
        for (var i = 0; i < data.Length; i++)
            data[i] = (byte)((i * 31) + (i >> 9) + seed);
        return data;
    }
}
