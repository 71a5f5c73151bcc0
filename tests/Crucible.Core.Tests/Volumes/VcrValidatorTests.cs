using Crucible.Core.Volumes;

namespace Crucible.Core.Tests.Volumes;

public class VcrValidatorTests
{
    [Theory]
    [InlineData("block_size", "4096", "$.sub_volumes[0].block_size")]
    [InlineData("read_only_parent/block_size", "4096", "$.read_only_parent.block_size")]
    [InlineData("read_only_parent/sub_volumes/0/block_size", "4096", "$.read_only_parent.sub_volumes[0].block_size")]
    [InlineData("sub_volumes/0/blocks_per_extent", "0", "$.sub_volumes[0].blocks_per_extent")]
    [InlineData("sub_volumes/0/blocks_per_extent", "1048577", "$.sub_volumes[0].blocks_per_extent")]
    [InlineData("sub_volumes/0/blocks_per_extent", "18446744073709551615", "$.sub_volumes[0].blocks_per_extent")]
    [InlineData("sub_volumes/0/extent_count", "0", "$.sub_volumes[0].extent_count")]
    [InlineData("sub_volumes/0/opts/target", "[]", "$.sub_volumes[0].opts.target")]
    [InlineData("sub_volumes/0/opts/target", "[\"1.1.1.1:1\",\"1.1.1.1:2\"]", "$.sub_volumes[0].opts.target")]
    [InlineData("sub_volumes/0/opts/target", "[\"1.1.1.1:1\",\"1.1.1.1:2\",\"1.1.1.1:1\"]", "$.sub_volumes[0].opts.target")]
    [InlineData("sub_volumes/0/opts/flush_timeout", "-0.5", "$.sub_volumes[0].opts.flush_timeout")]
    [InlineData("sub_volumes/0/opts/flush_timeout", "1e39", "$.sub_volumes[0].opts.flush_timeout")]
    [InlineData("sub_volumes/0/opts/key", "\"\"", "$.sub_volumes[0].opts.key")]
    [InlineData("sub_volumes/0/opts/key", "\"AAECAwQFBgcICQoLDA0ODw==\"", "$.sub_volumes[0].opts.key")]
    [InlineData("sub_volumes/0/opts/key", "\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\"", "$.sub_volumes[0].opts.key")]
    [InlineData("sub_volumes/0/opts/key", "\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9=\"", "$.sub_volumes[0].opts.key")]
    [InlineData("sub_volumes/0/opts/key", "\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdH_8=\"", "$.sub_volumes[0].opts.key")]
    [InlineData("sub_volumes/0/opts/key", "\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh é\"", "$.sub_volumes[0].opts.key")]
    [InlineData("sub_volumes/0/opts/cert_pem", "\"c\"", "$.sub_volumes[0].opts.key_pem")]
    [InlineData("sub_volumes/0/opts/key_pem", "\"c\"", "$.sub_volumes[0].opts.cert_pem")]
    public void Validator_with_one_bad_value_names_its_path(string member, string value, string path) =>
        Assert.Equal(path, VcrValidator.Check(Vcrs.Parse(Vcrs.Json("V(R(2;a b c) | V(R(3;p q r)))").With(member, value)))?.JsonPath);

    [Theory]
    [InlineData("256")]
    [InlineData("1000")]
    [InlineData("65536")]
    [InlineData("0")]
    public void Validator_with_a_bad_region_block_size_names_its_path(string size) =>
        Assert.Equal("$.block_size", VcrValidator.Check(Vcrs.Parse(Vcrs.Json("R(2;a b c)").With("block_size", size)))?.JsonPath);

    [Theory]
    [InlineData("opts/key", "\"" + Vcrs.Key + "\"")]
    [InlineData("opts/flush_timeout", "0")]
    [InlineData("block_size", "32768")]
    [InlineData("blocks_per_extent", "1048576")]
    public void Validator_takes_the_largest_and_smallest_legal_values(string member, string value) =>
        Assert.Null(VcrValidator.Check(Vcrs.Parse(Vcrs.Json("R(2;a b c)").With(member, value))));

    [Fact]
    public void A_key_decodes_to_its_bytes()
    {
        var key = new byte[EncryptionKey.SizeBytes];

        Assert.True(new EncryptionKey(Vcrs.Key).TryDecode(key));
        Assert.Equal([.. Enumerable.Range(0, 32).Select(i => (byte)i)], key);
    }

    [Theory]
    [InlineData("R(2;a b c)", null)]
    [InlineData("V(R(2;a b c), R(2;d e f))", null)]
    [InlineData("V()", "$.sub_volumes")]
    [InlineData("V(R(2;a b c) | V())", "$.read_only_parent.sub_volumes")]
    [InlineData("V(R(2;a b c), file)", null)]
    [InlineData("V(V(R(2;a b c)))", null)]
    [InlineData("V( | R(3;p q r))", null)]
    [InlineData("V(R(2;a b c) | V(R(3;p q r) | V(R(4;s t u))))", null)]
    [InlineData("file", null)]
    [InlineData("url", "$")]
    [InlineData("V(url)", "$.sub_volumes[0]")]
    [InlineData("V( | url)", "$.read_only_parent")]
    [InlineData("V(R(2;a b c) | url)", null)]
    [InlineData("V(R(2;a b c) | V(R(3;p q r), url))", null)]
    [InlineData("V(R(2;a b c) | V(url, R(3;p q r)))", "$.read_only_parent.sub_volumes[0]")]
    public void Support_names_the_first_part_a_volume_cannot_be_built_from(string notation, string? path) =>
        Assert.Equal(path, VolumeSupport.WhyNot(Vcrs.Vcr(notation))?.JsonPath);

    [Theory]
    [InlineData("flush_timeout", "0")]
    public void Support_names_an_option_it_lacks(string member, string value) =>
        Assert.Equal(
            $"$.opts.{member}", VolumeSupport.WhyNot(Vcrs.Parse(Vcrs.Json("R(2;a b c)").With($"opts/{member}", value)))?.JsonPath);
}
