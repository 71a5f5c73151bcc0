using Crucible.Core.Volumes;

namespace Crucible.Core.Tests.Volumes;

public class VcrComparisonTests
{
    /// <summary>The vectors 1 to 30 and 36 to 40; "a>x" is a replacement, "match" no target change.</summary>
    [Theory]
    [InlineData("V(R(2;a b c))", "V(R(3;x b c))", "a>x")]
    [InlineData("V(R(2;a b c))", "V(R(2;x b c))", "a>x")]
    [InlineData("V(R(2;a b c))", "V(R(1;x b c))", nameof(VcrMismatch.GenerationTooLow))]
    [InlineData("V(R(2;a b c))", "V(R(3;a b c))", "match")]
    [InlineData("V(R(2;a b c))", "V(R(2;a b c))", nameof(VcrMismatch.NoDifference))]
    [InlineData("V(R(2;a b c))", "V(R(3;b a c))", nameof(VcrMismatch.SeveralTargetsInRegion))]
    [InlineData("V(R(2;a b c))", "V(R(3;x y c))", nameof(VcrMismatch.SeveralTargetsInRegion))]
    [InlineData("V(R(2;a b c), R(2;d e f))", "V(R(3;x b c), R(3;d y f))", nameof(VcrMismatch.SeveralTargets))]
    [InlineData("V(R(2;a b c), R(2;d e f))", "V(R(2;a b c), R(2;d y f))", "e>y")]
    [InlineData("V(R(2;a b c), R(2;d e f))", "V(R(2;a b c), R(3;d e f))", nameof(VcrMismatch.GenerationRoseElsewhere))]
    [InlineData("V(R(2;a b c), R(2;d e f))", "V(R(3;a b c), R(2;d e f))", "match")]
    [InlineData("V(R(2;a b c), R(2;d e f))", "V(R(3;x b c), R(1;d e f))", nameof(VcrMismatch.GenerationTooLow))]
    [InlineData("V(R(2;a b c) | R(3;p q r))", "V(R(2;a b c) | R(3;p z r))", "q>z")]
    [InlineData("V(R(2;a b c) | R(3;p q r))", "V(R(3;a b c) | R(3;p z r))", "q>z")]
    [InlineData("V(R(2;a b c) | R(3;p q r))", "V(R(2;a b c) | R(4;p z r))", "q>z")]
    [InlineData("V(R(2;a b c) | R(3;p q r))", "V(R(2;a b c) | R(2;p z r))", nameof(VcrMismatch.GenerationTooLow))]
    [InlineData("V(R(2;a b c) | R(3;p q r))", "V(R(2;a b c) | R(4;p q r))", nameof(VcrMismatch.GenerationRoseElsewhere))]
    [InlineData("V(R(2;a b c) | R(3;p q r))", "V(R(3;x b c) | R(3;p z r))", nameof(VcrMismatch.SeveralTargets))]
    [InlineData("V(R(2;a b c) | R(3;p q r))", "V(R(3;x b c))", "a>x")]
    [InlineData("V(R(2;a b c) | R(3;p q r))", "V(R(3;a b c))", "match")]
    [InlineData("V(R(2;a b c) | R(3;p q r))", "V(R(2;a b c))", nameof(VcrMismatch.NoDifference))]
    [InlineData("V(R(2;a b c))", "V(R(3;x b c) | R(3;p q r))", nameof(VcrMismatch.ParentAdded))]
    [InlineData(
        "V(R(2;a b c) | V(R(3;p q r) | V(R(1;s t u))))", "V(R(2;a b c) | V(R(3;p q r) | V(R(1;s t z))))", "u>z")]
    [InlineData("V(V(R(2;a b c)))", "V(V(R(3;x b c)))", nameof(VcrMismatch.UnsupportedNesting))]
    [InlineData("V(V(R(2;a b c)))", "V(V(R(3;a b c)))", "match")]
    [InlineData("V(R(2;a b c) | file)", "V(R(3;x b c) | file)", nameof(VcrMismatch.CannotReplace))]
    [InlineData("V(R(2;a b c) | file)", "V(R(3;x b c))", "a>x")]
    [InlineData("R(2;a b c)", "R(3;a b c)", "match")]
    [InlineData("R(2;a b c)", "R(2;x b c)", "a>x")]
    [InlineData("V(R(2;a b c))", "R(2;a b c)", nameof(VcrMismatch.CannotReplace))]
    [InlineData("V(R(2;a b c))", "V(R(3;b b c))", "a>b")]
    [InlineData("V(R(2;a b c) | R(3;p q r))", "V(R(3;a b c) | R(4;p q r))", "match")]
    [InlineData("V( | R(3;p q r))", "V( | R(3;p z r))", "q>z")]
    [InlineData("V( | R(3;p q r))", "V( | R(4;p q r))", nameof(VcrMismatch.GenerationRoseElsewhere))]
    [InlineData("R(2;a b)", "R(3;a b)", nameof(VcrMismatch.TargetCount))]
    [InlineData("R(2;a b c d)", "R(2;a b c e)", nameof(VcrMismatch.TargetCount))]
    public void Comparison_of_a_vector_gives_its_answer(string original, string replacement, string expected) =>
        Assert.Equal(expected, Short(VcrComparison.Compare(Vcrs.Vcr(original), Vcrs.Vcr(replacement))));

    /// <summary>The vectors 31 to 35, which change one member, and the other members and their texts.</summary>
    [Theory]
    [InlineData("id", "\"0b9b6c0e-3d1c-4f55-9a70-6a6f7c1f0002\"", VcrMismatch.VolumeId,
        "ID mismatch 0b9b6c0e-3d1c-4f55-9a70-6a6f7c1f0001 vs. 0b9b6c0e-3d1c-4f55-9a70-6a6f7c1f0002")]
    [InlineData("block_size", "4096", VcrMismatch.VolumeBlockSize, "block_size mismatch 512 vs. 4096")]
    [InlineData("sub_volumes", "[]", VcrMismatch.SubVolumeCount, "subvolume len mismatch 1 vs. 0")]
    [InlineData("sub_volumes/0/opts/key", "\"k\"", VcrMismatch.Options, "sub_volume opts key invalid None vs. Some(<redacted>)")]
    [InlineData("sub_volumes/0/opts/read_only", "true", VcrMismatch.Options, "sub_volume opts read_only invalid false vs. true")]
    [InlineData("sub_volumes/0/block_size", "4096", VcrMismatch.RegionBlockSize, "sub_volume block_size mismatch")]
    [InlineData("sub_volumes/0/blocks_per_extent", "1", VcrMismatch.BlocksPerExtent, "sub_volume blocks_per_extent mismatch")]
    [InlineData("sub_volumes/0/extent_count", "1", VcrMismatch.ExtentCount, "sub_volume extent_count mismatch")]
    [InlineData("sub_volumes/0/gen", "1", VcrMismatch.GenerationTooLow, "New sub_volume generation too low 2 vs. 1")]
    [InlineData("sub_volumes/0/opts/lossy", "true", VcrMismatch.Options, "sub_volume opts lossy invalid false vs. true")]
    [InlineData("sub_volumes/0/opts/flush_timeout", "2", VcrMismatch.Options,
        "sub_volume opts flush_timeout mismatch None vs. Some(2.0)")]
    [InlineData("sub_volumes/0/opts/cert_pem", "\"c\"", VcrMismatch.Options,
        "sub_volume opts cert_pem invalid None vs. Some(<redacted>)")]
    [InlineData("sub_volumes/0/opts/key_pem", "\"c\"", VcrMismatch.Options,
        "sub_volume opts key_pem invalid None vs. Some(<redacted>)")]
    [InlineData("sub_volumes/0/opts/root_cert_pem", "\"c\"", VcrMismatch.Options,
        "sub_volume opts root_cert_pem invalid None vs. Some(<redacted>)")]
    [InlineData("sub_volumes/0/opts/control", "\"1.2.3.4:5\"", VcrMismatch.Options,
        "sub_volume opts control invalid None vs. Some(1.2.3.4:5)")]
    public void Comparison_with_one_member_changed_names_it(string path, string value, VcrMismatch kind, string text)
    {
        var replacement = Vcrs.Parse(Vcrs.Json("V(R(2;x b c))").With(path, value));

        Assert.Equal(new VcrVerdict.Error(kind, text), VcrComparison.Compare(Vcrs.Vcr("V(R(2;a b c))"), replacement));
    }

    [Fact]
    public void Replacement_names_the_path_of_the_target_that_changed()
    {
        var verdict = VcrComparison.Compare(
            Vcrs.Vcr("V(R(2;a b c) | V(R(3;p q r)))"), Vcrs.Vcr("V(R(2;a b c) | V(R(3;p q z)))"));

        Assert.Equal(
            "$.read_only_parent.sub_volumes[0].opts.target[2]", Assert.IsType<VcrVerdict.ReplaceTarget>(verdict).Path);
    }

    [Fact]
    public void Two_keys_of_one_length_are_told_apart_without_showing_either()
    {
        var old = Vcrs.Parse(Vcrs.Json("R(2;a b c)").With("opts/key", "\"secret1\""));
        var replacement = Vcrs.Parse(Vcrs.Json("R(3;a b c)").With("opts/key", "\"secret2\""));

        Assert.Equal(
            new VcrVerdict.Error(VcrMismatch.Options, "sub_volume opts key invalid Some(<redacted>) vs. Some(<redacted>)"),
            VcrComparison.Compare(old, replacement));
    }

    private static string Short(VcrVerdict verdict) => verdict switch
    {
        VcrVerdict.ReplaceTarget t => $"{Letter(t.Old)}>{Letter(t.New)}",
        VcrVerdict.NoTargetChange => "match",
        VcrVerdict.Error e => $"{e.Kind}",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static char Letter(System.Net.IPEndPoint address) => (char)('a' + address.Address.GetAddressBytes()[3] - 1);
}
