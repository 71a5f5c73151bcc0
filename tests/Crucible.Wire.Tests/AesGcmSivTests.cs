using System.Runtime.Intrinsics;
using System.Text.Json;
using Crucible.Wire.Encryption;

namespace Crucible.Wire.Tests;

/// <summary>The block cipher against published answers, on each of its ways to compute them.</summary>
public sealed class AesGcmSivTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(1, AesGcmSiv.KeyBytes).Select(i => (byte)i)];
    private static readonly byte[] Nonce = [.. Enumerable.Range(101, AesGcmSiv.NonceBytes).Select(i => (byte)i)];

    public static TheoryData<string, string, string, string, string, string> Answers()
    {
        var data = new TheoryData<string, string, string, string, string, string>();
        using var rfc = JsonDocument.Parse(File.ReadAllBytes(GoldenFile.RfcPath));
        using var project = GoldenFile.Open();
        foreach (var entry in rfc.RootElement.GetProperty("aes_gcm_siv").EnumerateArray()
            .Concat(project.RootElement.GetProperty("encrypted_blocks").EnumerateArray()))
        {
            data.Add(
                entry.Text("name"), entry.Text("key_hex"), entry.Text("nonce_hex"), entry.Text("aad_hex"),
                entry.Text("plaintext_hex"), entry.Text("ciphertext_hex") + entry.Text("tag_hex"));
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Answers))]
    public void Sealing_and_opening_give_the_published_answer_with_and_without_instructions(
        string name, string key, string nonce, string associatedData, string plaintext, string sealedHex)
    {
        foreach (var cipher in Ciphers(Convert.FromHexString(key)))
        {
            using (cipher)
            {
                var block = Convert.FromHexString(plaintext);
                var tag = new byte[AesGcmSiv.TagBytes];
                cipher.Seal(block, Convert.FromHexString(nonce), Convert.FromHexString(associatedData), tag);
                Assert.True(
                    sealedHex == Convert.ToHexStringLower(block) + Convert.ToHexStringLower(tag), $"{name} sealed");

                Assert.True(
                    cipher.TryOpen(block, Convert.FromHexString(nonce), Convert.FromHexString(associatedData), tag),
                    $"{name} refused");
                Assert.True(plaintext == Convert.ToHexStringLower(block), $"{name} opened");
            }
        }
    }

    [Fact]
    public void All_vectors_are_there()
    {
        // RFC 8452: 24 in appendix C.2, 2 in C.3. Ten blocks of the project's own.
        Assert.Equal(24 + 2 + 10, Answers().Count);
    }

    [Fact]
    public void Both_ways_to_compute_agree_for_every_length_up_to_two_wide_steps()
    {
        // Wide steps hold 256 bytes, narrow ones 128, blocks 16: 600 takes every way through them and every tail.
        using var usual = new AesGcmSiv(Key);
        using var portable = AesGcmSiv.Portable(Key);
        var text = Enumerable.Range(0, 600).Select(i => (byte)((i * 31) + (i >> 8))).ToArray();
        Span<byte> tag = stackalloc byte[AesGcmSiv.TagBytes];
        Span<byte> portableTag = stackalloc byte[AesGcmSiv.TagBytes];
        for (var length = 0; length <= text.Length; length++)
        {
            var (block, other) = (text[..length], text[..length]);
            var associatedData = text.AsSpan(0, (text.Length - length) % 300);
            usual.Seal(block, Nonce, associatedData, tag);
            portable.Seal(other, Nonce, associatedData, portableTag);
            Assert.True(block.AsSpan().SequenceEqual(other) && tag.SequenceEqual(portableTag), $"{length} bytes");
            Assert.True(portable.TryOpen(block, Nonce, associatedData, tag), $"{length} bytes refused");
            Assert.True(block.AsSpan().SequenceEqual(text.AsSpan(0, length)), $"{length} bytes opened");
        }
    }

    [Fact]
    public void Both_ways_to_compute_agree_for_many_keys_on_whole_blocks()
    {
        var random = new Random(8452);
        foreach (var length in (int[])[512, 1024, 4096, 32768])
        {
            for (var i = 0; i < 20; i++)
            {
                var (key, nonce, text) = (Bytes(random, 32), Bytes(random, 12), Bytes(random, length));
                using var usual = new AesGcmSiv(key);
                using var portable = AesGcmSiv.Portable(key);
                var (block, other) = (text.ToArray(), text.ToArray());
                var (tag, portableTag) = (new byte[16], new byte[16]);
                usual.Seal(block, nonce, tag);
                portable.Seal(other, nonce, portableTag);
                Assert.Equal(other, block);
                Assert.Equal(portableTag, tag);
                Assert.True(usual.TryOpen(other, nonce, tag));
                Assert.Equal(text, other);
            }
        }
    }

    [Fact]
    public void Wide_and_narrow_hash_steps_agree()
    {
        // Only some machines take wide steps by themselves, so the two are compared where both are there.
        if (!CarrylessPolyval.IsSupported)
            return;
        var random = new Random(1);
        for (var i = 0; i < 100; i++)
        {
            var data = Bytes(random, 256 + random.Next(1024));
            var key = Vector128.Create<byte>(Bytes(random, 16)).AsUInt64();
            var sum = Vector128.Create<byte>(Bytes(random, 16)).AsUInt64();
            var portable = new PortablePolyval(key[0], key[1]);
            portable.Absorb(sum[0], sum[1]);
            portable.Absorb(data);
            var expected = new byte[16];
            portable.CopyTo(expected);

            sum = CarrylessPolyval.Multiply(sum, key);
            Assert.Equal(expected, InBytes(CarrylessPolyval.AbsorbNarrow(key, sum, data)));
            Assert.Equal(expected, InBytes(CarrylessPolyval.Absorb(key, sum, data)));
        }

        static byte[] InBytes(Vector128<ulong> value)
        {
            var bytes = new byte[16];
            value.AsByte().CopyTo(bytes);
            return bytes;
        }
    }

    [Fact]
    public void Opening_refuses_and_zeros_a_block_with_any_bit_of_anything_changed()
    {
        foreach (var cipher in Ciphers(Key))
        {
            using (cipher)
            {
                var ciphertext = Enumerable.Repeat((byte)0xA5, 160).ToArray();
                var tag = new byte[AesGcmSiv.TagBytes];
                cipher.Seal(ciphertext, Nonce, tag);
                for (var bit = 0; bit < 8 * (ciphertext.Length + Nonce.Length + tag.Length); bit++)
                {
                    byte[] all = [.. ciphertext, .. Nonce, .. tag];
                    all[bit / 8] ^= (byte)(1 << (bit % 8));
                    var block = all[..ciphertext.Length];
                    var rest = all.AsSpan(ciphertext.Length);
                    Assert.False(
                        cipher.TryOpen(block, rest[..Nonce.Length], rest[Nonce.Length..]), $"bit {bit} was not missed");
                    Assert.All(block, value => Assert.Equal(0, value));
                }
            }
        }
    }

    [Fact]
    public void Opening_refuses_another_key_and_other_associated_data()
    {
        using var cipher = new AesGcmSiv(Key);
        using var stranger = new AesGcmSiv([.. Key.Reverse()]);
        var (block, tag) = (new byte[512], new byte[AesGcmSiv.TagBytes]);
        cipher.Seal(block, Nonce, tag);
        Assert.False(stranger.TryOpen(block.ToArray(), Nonce, tag));
        Assert.False(cipher.TryOpen(block.ToArray(), Nonce, [0], tag));
        Assert.True(cipher.TryOpen(block, Nonce, tag));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(16)]
    [InlineData(31)]
    [InlineData(33)]
    public void Key_of_another_length_is_refused(int length) =>
        Assert.Throws<ArgumentException>(() => new AesGcmSiv(new byte[length]));

    [Fact]
    public void Nonce_or_tag_of_another_length_is_refused_before_the_block_is_touched()
    {
        using var cipher = new AesGcmSiv(Key);
        var block = new byte[16];
        Assert.Throws<ArgumentException>(() => cipher.Seal(block, new byte[11], new byte[16]));
        Assert.Throws<ArgumentException>(() => cipher.Seal(block, new byte[12], new byte[15]));
        Assert.Throws<ArgumentException>(() => cipher.TryOpen(block, new byte[13], new byte[16]));
        Assert.Throws<ArgumentException>(() => cipher.TryOpen(block, new byte[12], new byte[17]));
        Assert.Equal(new byte[16], block);
    }

    [Fact]
    public void Disposed_cipher_refuses_work()
    {
        foreach (var cipher in Ciphers(Key))
        {
            cipher.Dispose();
            cipher.Dispose();
            Assert.Throws<ObjectDisposedException>(() => cipher.Seal(new byte[16], Nonce, new byte[16]));
            Assert.Throws<ObjectDisposedException>(() => cipher.TryOpen(new byte[16], Nonce, new byte[16]));
        }
    }

    [Fact]
    public void Sealing_and_opening_with_instructions_allocate_nothing()
    {
        if (!HardwareMessage.IsSupported)
            return;
        using var cipher = new AesGcmSiv(Key);
        var (block, tag) = (new byte[4096], new byte[AesGcmSiv.TagBytes]);
        cipher.Seal(block, Nonce, tag);
        cipher.TryOpen(block, Nonce, tag);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            cipher.Seal(block, Nonce, tag);
            cipher.TryOpen(block, Nonce, tag);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static AesGcmSiv[] Ciphers(byte[] key) => [new(key), AesGcmSiv.Portable(key)];

    private static byte[] Bytes(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }
}
