using Crucible.Core.Upstairs;
using Crucible.Wire;

namespace Crucible.Core.Tests.Upstairs;

public class BlockCipherTests
{
    private const int BlockSize = 512;
    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(i => (byte)(i * 7))];

    [Fact]
    public void Sealed_block_opens_to_what_it_was_and_its_hash_needs_no_key()
    {
        using var cipher = BlockCipher.Encrypted(BlockSize, Key);
        var plain = Pattern(3);
        var data = plain.ToArray();
        var contexts = cipher.Seal(data, Nonces(3));
        Assert.False(plain.AsSpan().SequenceEqual(data));
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(Bytes12.From(Nonces(3).AsSpan(12 * i, 12)), contexts[i].Encryption!.Value.Nonce);
            Assert.Equal(contexts[i].Hash, BlockHash.Encrypted(contexts[i].Encryption!.Value, data.AsSpan(i * BlockSize, BlockSize)));
        }

        Assert.Null(cipher.Open(Read(contexts), data));
        Assert.Equal(plain, data);
    }

    [Fact]
    public void Plain_block_is_left_as_it_is_and_hashed()
    {
        using var cipher = BlockCipher.Plain(BlockSize);
        var data = Pattern(2);
        var contexts = cipher.Seal(data, []);
        Assert.Equal(Pattern(2), data);
        Assert.Equal(BlockHash.Plain(data.AsSpan(BlockSize)), contexts[1].Hash);
        Assert.Null(cipher.Open([.. contexts.Select(c => ReadBlockContext.OfUnencrypted(c.Hash))], data));
    }

    [Theory]
    [InlineData("nonce")]
    [InlineData("tag")]
    [InlineData("data")]
    public void Any_changed_bit_of_a_sealed_block_is_found(string what)
    {
        using var cipher = BlockCipher.Encrypted(BlockSize, Key);
        var data = Pattern(1);
        var context = cipher.Seal(data, Nonces(1))[0].Encryption!.Value;
        context = what switch
        {
            "nonce" => context with { Nonce = context.Nonce with { Last4 = context.Nonce.Last4 ^ 1 } },
            "tag" => context with { Tag = context.Tag with { Last8 = context.Tag.Last8 ^ (1UL << 63) } },
            _ => context,
        };
        if (what == "data")
            data[^1] ^= 0x80;
        Assert.Equal(CrucibleErrorKind.DecryptionError, cipher.Open([ReadBlockContext.OfEncrypted(context)], data)?.Kind);
    }

    [Theory]
    [InlineData(true, ReadContextKind.Unencrypted, false, CrucibleErrorKind.MissingBlockContext)]
    [InlineData(true, ReadContextKind.Empty, false, CrucibleErrorKind.MissingBlockContext)]
    [InlineData(true, ReadContextKind.Empty, true, null)]
    [InlineData(true, ReadContextKind.Encrypted, false, CrucibleErrorKind.DecryptionError)]
    [InlineData(false, ReadContextKind.Encrypted, false, CrucibleErrorKind.MissingBlockContext)]
    [InlineData(false, ReadContextKind.Empty, false, CrucibleErrorKind.MissingBlockContext)]
    [InlineData(false, ReadContextKind.Empty, true, null)]
    [InlineData(false, ReadContextKind.Unencrypted, false, CrucibleErrorKind.HashMismatch)]
    public void Reply_must_have_the_form_that_the_region_set_has(bool encrypted, ReadContextKind kind, bool zeros, CrucibleErrorKind? fault)
    {
        using var cipher = encrypted ? BlockCipher.Encrypted(BlockSize, Key) : BlockCipher.Plain(BlockSize);
        var data = zeros ? new byte[BlockSize] : Pattern(1);
        Assert.Equal(fault, cipher.Open([new ReadBlockContext(kind, default, Hash: 1)], data)?.Kind);
    }

    [Fact]
    public void Reply_with_another_number_of_blocks_than_contexts_is_refused()
    {
        using var cipher = BlockCipher.Plain(BlockSize);
        Assert.Equal(CrucibleErrorKind.InvalidNumberOfBlocks, cipher.Open([default, default], new byte[BlockSize])?.Kind);
        Assert.Equal(CrucibleErrorKind.InvalidNumberOfBlocks, cipher.Open([default], new byte[BlockSize - 1])?.Kind);
    }

    [Fact]
    public void Printing_shows_no_key()
    {
        using var cipher = BlockCipher.Encrypted(BlockSize, Key);
        Assert.Equal("encrypts", $"{cipher}");
    }

    [Fact]
    public void Encrypted_region_set_says_so_takes_sealed_blocks_and_turns_to_another_copy_when_one_does_not_open()
    {
        var bench = new Bench(encrypted: true).Active();
        Assert.True(((Message.HereIAm)bench.Sent(0)[0]).Encrypted);
        Assert.True(bench.Status.Encrypted);
        var read = bench.Read(0);
        var reply = new Message.ReadResponse(
            Bench.Ids, new JobId(1000), WireResult<ReadBlockContext[]>.Ok([default]), new byte[BlockSize]);
        bench.Do(new UpstairsInput.ReadChecked(
            Bench.Client(0), bench.Connection(0), reply, new CrucibleError.Plain(CrucibleErrorKind.DecryptionError)));
        Assert.True(bench.IsOpen(read));
        Assert.True(bench.Slot(0).Active);
        Assert.Equal(1UL, bench.Slot(0).IntegrityFailures);
        bench.Do(new UpstairsInput.ReadChecked(Bench.Client(1), bench.Connection(1), reply, Fault: null));
        bench.AssertOk(read);
    }

    [Fact]
    public void Encrypted_region_set_lives_through_a_server_that_cannot_read()
    {
        // Goal: an error has no blocks to decrypt, so it comes unchecked; taking it for a mistake of ours ended the loop of
        // the whole region set.
        var bench = new Bench(encrypted: true).Active();
        var read = bench.Read(0);
        bench.Ack(0, new JobId(1000), CrucibleError.Io("bad disk"));
        Assert.Equal(UpstairsState.Active, bench.State);
        Assert.True(bench.IsOpen(read));
        var reply = new Message.ReadResponse(
            Bench.Ids, new JobId(1000), WireResult<ReadBlockContext[]>.Ok([default]), new byte[BlockSize]);
        bench.Do(new UpstairsInput.ReadChecked(Bench.Client(1), bench.Connection(1), reply, Fault: null));
        bench.AssertOk(read);
    }

    [Fact]
    public void Checked_reply_that_belongs_to_no_read_is_judged_like_any_message()
    {
        var bench = new Bench(encrypted: true);
        bench.Activate();
        bench.Connected(0);
        var reply = new Message.ReadResponse(
            Bench.Ids, new JobId(1000), WireResult<ReadBlockContext[]>.Ok([default]), new byte[BlockSize]);
        bench.Do(new UpstairsInput.ReadChecked(Bench.Client(0), bench.Connection(0), reply, Fault: null));
        Assert.NotNull(bench.Delayed(0));
        Assert.Equal(1UL, bench.Slot(0).MalformedFrames);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Region_that_is_not_encrypted_as_asked_fails_the_activation_by_name(bool encrypted)
    {
        foreach (var byMessage in (bool[])[true, false])
        {
            var bench = new Bench(encrypted: encrypted);
            var request = bench.Activate();
            bench.Connected(0);
            if (byMessage)
            {
                bench.Say(0, new Message.EncryptedMismatch(!encrypted));
            }
            else
            {
                bench.Say(0, new Message.YesItsMe(ProtocolLimits.Version, Bench.At(5)));
                bench.Say(0, new Message.YouAreNowActive(Bench.Ids, new Generation(1)));
                bench.Say(0, new Message.RegionInfo(Bench.Definition(0) with { Encrypted = !encrypted }));
            }

            bench.AssertKind(CrucibleErrorKind.NegotiationError, request);
            Assert.Equal(UpstairsState.Disabled, bench.State);
        }
    }

    private static byte[] Pattern(int blocks) => [.. Enumerable.Range(1, blocks * BlockSize).Select(i => (byte)(i % 253))];

    private static byte[] Nonces(int blocks) => [.. Enumerable.Range(0, blocks * 12).Select(i => (byte)i)];

    private static ReadBlockContext[] Read(BlockContext[] written) =>
        [.. written.Select(c => ReadBlockContext.OfEncrypted(c.Encryption!.Value))];
}
