namespace Crucible.Wire.Tests;

public sealed class XxHash64Tests
{
    public static TheoryData<int, string, string> Hashes()
    {
        var data = new TheoryData<int, string, string>();
        using var file = GoldenFile.Open();
        var index = 0;
        foreach (var entry in file.RootElement.GetProperty("xxhash64").EnumerateArray())
            data.Add(index++, entry.Text("data_hex"), entry.Text("hash_hex"));
        return data;
    }

    public static TheoryData<string, string, string?, string?, string> BlockHashes()
    {
        var data = new TheoryData<string, string, string?, string?, string>();
        using var file = GoldenFile.Open();
        foreach (var entry in file.RootElement.GetProperty("block_hashes").EnumerateArray())
        {
            data.Add(
                entry.Text("name"), entry.Text("data_hex"), entry.GetProperty("nonce_hex").GetString(),
                entry.GetProperty("tag_hex").GetString(), entry.Text("hash_hex"));
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Hashes))]
    public void Hash_of_golden_input_is_the_golden_number(int index, string dataHex, string hashHex) =>
        Assert.True(
            Convert.ToUInt64(hashHex, 16) == XxHash64.Hash(Convert.FromHexString(dataHex)), $"xxhash64[{index}]");

    [Fact]
    public void Hash_of_input_in_two_pieces_equals_the_hash_of_the_whole_at_every_cut()
    {
        // 100 bytes hold three stripes and a tail of every width, so all paths through the pending stripe are taken.
        var input = Enumerable.Range(0, 100).Select(i => (byte)(i * 7)).ToArray();
        for (var length = 0; length <= input.Length; length++)
        {
            var expected = XxHash64.Hash(input.AsSpan(0, length));
            for (var cut = 0; cut <= length; cut++)
            {
                var hash = default(XxHash64Incremental);
                hash.Append(input.AsSpan(0, cut));
                _ = hash.Digest();
                hash.Append(input.AsSpan(cut, length - cut));
                Assert.True(expected == hash.Digest(), $"{length} bytes cut at {cut}");
            }
        }
    }

    [Fact]
    public void Hash_of_input_byte_by_byte_equals_the_hash_of_the_whole()
    {
        var input = Enumerable.Range(0, 1000).Select(i => (byte)(i * 31)).ToArray();
        var hash = default(XxHash64Incremental);
        for (var i = 0; i < input.Length; i++)
        {
            hash.Append(input.AsSpan(i, 1));
            Assert.Equal(XxHash64.Hash(input.AsSpan(0, i + 1)), hash.Digest());
        }
    }

    [Fact]
    public void Copy_of_an_incremental_hash_goes_its_own_way()
    {
        var first = default(XxHash64Incremental);
        first.Append("abc"u8);
        var second = first;
        second.Append("d"u8);
        Assert.Equal(XxHash64.Hash("abc"u8), first.Digest());
        Assert.Equal(XxHash64.Hash("abcd"u8), second.Digest());
    }

    [Theory]
    [MemberData(nameof(BlockHashes))]
    public void Block_hash_of_golden_block_is_the_golden_number(
        string name, string dataHex, string? nonceHex, string? tagHex, string hashHex)
    {
        var block = Convert.FromHexString(dataHex);
        EncryptionContext? context = nonceHex is null
            ? null
            : new EncryptionContext(
                Bytes12.From(Convert.FromHexString(nonceHex)), Bytes16.From(Convert.FromHexString(tagHex!)));

        var hash = BlockHash.Of(context, block);
        Assert.True(Convert.ToUInt64(hashHex, 16) == hash, $"{name}: {hash:x16}");
        Assert.Equal(context is { } encrypted ? BlockHash.Encrypted(encrypted, block) : BlockHash.Plain(block), hash);
    }

    [Fact]
    public void Lanes_side_by_side_come_to_what_each_comes_to_by_itself()
    {
        // Goal: a processor that takes the four lanes at once gives the hashes of one that does not.
        // Method: where it cannot, both are the same code, and nothing is shown.
        var random = new Random(7);
        for (var stripes = 0; stripes <= 200; stripes++)
        {
            var data = new byte[stripes * XxHash64.StripeBytes];
            random.NextBytes(data);
            var (fast, plain) = (XxHash64.Lanes.Start, XxHash64.Lanes.Start);

            fast.Absorb(data);
            plain.AbsorbEach(data);

            Assert.Equal(plain.Merge(), fast.Merge());
        }
    }
}
