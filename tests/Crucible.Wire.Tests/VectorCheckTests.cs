using System.Text;
using Crucible.Wire.Vectors;

namespace Crucible.Wire.Tests;

/// <summary>What the check says of files that are wrong: each must fail, and say where.</summary>
public sealed class VectorCheckTests
{
    [Theory]
    // Encoding and decoding disagree with the file, each on its own.
    [InlineData("""{"messages":[{"name":"x","message":{"type":"Ruok"},"frame_hex":"080000000a000000"}]}""",
        "they differ from byte 4")]
    [InlineData("""{"messages":[{"message":{"type":"LastFlush","last_flush_number":"7"},"frame_hex":"090000001d00000000"}]}""",
        "they differ from byte 0")]
    [InlineData("""{"messages":[{"message":{"type":"VersionMismatch","version":13},"frame_hex":"0c000000020000000d00000000"}]}""",
        "they differ from byte 12")]
    [InlineData("""{"messages":[{"message":{"type":"Ruok","extra":1},"frame_hex":"0800000009000000"}]}""",
        "$.messages[0].message.extra: there is no such member here")]
    // Malformed entries name the member.
    [InlineData("""{"messages":[{"message":{"type":"Ruok"}}]}""", "$.messages[0].frame_hex: is missing")]
    [InlineData("""{"messages":[{"frame_hex":"0800000009000000"}]}""", "$.messages[0].message: is missing")]
    [InlineData("""{"messages":[{"message":{"type":"Ruok"},"frame_hex":"0"}]}""",
        "$.messages[0].frame_hex: must be pairs of hexadecimal digits")]
    [InlineData("""{"messages":[{"message":{"type":"Bogus"},"frame_hex":""}]}""",
        "$.messages[0].message.type: 'Bogus' is not a known message")]
    [InlineData("""{"messages":[{"message":{"type":"9"},"frame_hex":"0800000009000000"}]}""",
        "$.messages[0].message.type: '9' is not a known message")]
    [InlineData("""{"messages":[{"message":{"type":"VersionMismatch","version":"13"},"frame_hex":""}]}""",
        "$.messages[0].message.version: must be a whole number of 32 bits")]
    [InlineData("""{"messages":[{"message":{"type":"RepairAckId","repair_id":13},"frame_hex":""}]}""",
        "$.messages[0].message.repair_id: must be text")]
    [InlineData("""{"messages":[{"message":{"type":"RepairAckId","repair_id":"18446744073709551616"},"frame_hex":""}]}""",
        "$.messages[0].message.repair_id: must be a 64-bit number in decimal text")]
    [InlineData("""{"messages":[{"message":{"type":"UuidMismatch","expected_id":"\ud800"},"frame_hex":""}]}""",
        "$.messages[0].message.expected_id: is not Unicode text")]
    [InlineData("""{"messages":[{"message":{"type":"UuidMismatch","expected_id":"01"},"frame_hex":""}]}""",
        "$.messages[0].message.expected_id: must be a UUID")]
    [InlineData("""{"messages":[{"message":{"type":"YesItsMe","version":13,"repair_addr":"nowhere"},"frame_hex":""}]}""",
        "$.messages[0].message.repair_addr: must be a socket address")]
    [InlineData("""{"messages":[17]}""", "$.messages[0]: must be an object")]
    [InlineData("""{"messages":{}}""", "$.messages: must be a list")]
    // Decoder cases.
    [InlineData("""{"decoder_cases":[{"input_hex":"","outcome":"error"}]}""", "decoded incomplete")]
    [InlineData("""{"decoder_cases":[{"input_hex":"0800000009000000","outcome":"incomplete"}]}""", "decoded a Ruok")]
    [InlineData("""{"decoder_cases":[{"input_hex":"0800000009000000","outcome":"error"}]}""", "decoded a Ruok")]
    [InlineData("""{"decoder_cases":[{"input_hex":"08000000ff000000","outcome":"incomplete","may_refuse":true}]}""",
        "decoded error: discriminant at byte 4: no message has the number 255")]
    [InlineData("""{"decoder_cases":[{"input_hex":"0800000009000000","outcome":"message","message":{"type":"Ruok"},"bytes_left":1}]}""",
        "$.decoder_cases[0].bytes_left: is 1, decoded 0")]
    [InlineData("""{"decoder_cases":[{"input_hex":"0800000009000000","outcome":"message","message":{"type":"Imok"},"bytes_left":0}]}""",
        "$.decoder_cases[0].message.type: is Imok, decoded Ruok")]
    [InlineData("""{"decoder_cases":[{"input_hex":"08000000ff000000","outcome":"message","message":{"type":"Ruok"},"bytes_left":0}]}""",
        "no message has the number 255")]
    [InlineData("""{"decoder_cases":[{"input_hex":"0800000009000000","outcome":"message","message":{"type":"Ruok"},"bytes_left":0,"reference_panics":true}]}""",
        "is error, decoded a Ruok")]
    [InlineData("""{"decoder_cases":[{"input_hex":"","outcome":"perhaps"}]}""", "'perhaps' is not a known outcome")]
    // Hashes.
    [InlineData("""{"xxhash64":[{"data_hex":"61","hash_u64":"15154266338359012956","hash_hex":"d24ec4f1a98c6e5c"}]}""",
        "the hash is d24ec4f1a98c6e5c, computed d24ec4f1a98c6e5b")]
    [InlineData("""{"xxhash64":[{"data_hex":"61","hash_u64":"15154266338359012955","hash_hex":"d24ec4f1a98c6e5c"}]}""",
        "$.xxhash64[0].hash_hex: is not the number in hash_u64")]
    [InlineData("""{"block_hashes":[{"data_hex":"61","nonce_hex":"00","tag_hex":null,"hash_u64":"0","hash_hex":"0"}]}""",
        "$.block_hashes[0].tag_hex: must be null exactly when nonce_hex is")]
    [InlineData("""{"block_hashes":[{"data_hex":"61","nonce_hex":"00","tag_hex":"00","hash_u64":"0","hash_hex":"0000000000000000"}]}""",
        "$.block_hashes[0].nonce_hex: must be 12 bytes")]
    // The cipher: the first vector of RFC 8452, with one digit changed each time.
    [InlineData("""{"aes_gcm_siv":[{"key_hex":"01","nonce_hex":"","aad_hex":"","plaintext_hex":"","ciphertext_hex":"","tag_hex":""}]}""",
        "$.aes_gcm_siv[0].key_hex: must be 32 bytes")]
    [InlineData("""
        {"aes_gcm_siv":[{"key_hex":"0100000000000000000000000000000000000000000000000000000000000000",
        "nonce_hex":"030000000000000000000000","aad_hex":"","plaintext_hex":"","ciphertext_hex":"",
        "tag_hex":"07f5f4169bbf55a8400cd47ea6fd400e"}]}
        """,
        "$.aes_gcm_siv[0].tag_hex: is not 07f5f4169bbf55a8400cd47ea6fd400f, which was computed")]
    [InlineData("""
        {"encrypted_blocks":[{"key_hex":"0100000000000000000000000000000000000000000000000000000000000000",
        "nonce_hex":"030000000000000000000000","aad_hex":"","plaintext_hex":"0100000000000000",
        "ciphertext_hex":"c2ef328e5c71c83a","tag_hex":"843122130f7364b761e0b97427e3df28"}]}
        """,
        "$.encrypted_blocks[0].ciphertext_hex: encrypting gives other bytes")]
    // What is not known does not pass.
    [InlineData("""{"surprises":[]}""", "$.surprises: is not a known section")]
    [InlineData("""{"sessions":[{"name":"s"}]}""", "$.sessions[0].steps: must be a list")]
    [InlineData("""{"sessions":[{"steps":[{"event":"exploded"}]}]}""", "'exploded' is not a known event")]
    [InlineData("""{"discriminants":[{"name":"Ruok","discriminant":10}]}""", "is 10, Ruok is 9 here")]
    [InlineData("""{"about":{"protocol_version":12}}""", "$.about.protocol_version: is 12, this library speaks 13")]
    [InlineData("""{"about":{"protocol_version":13},"messages":[]}""", "holds nothing to check")]
    [InlineData("""{"aes_gcm_siv":[]}""", "holds nothing to check")]
    [InlineData("{}", "holds nothing to check")]
    [InlineData("[]", "$: must be an object")]
    public void File_with_a_fault_fails_and_says_where(string json, string why)
    {
        var results = Run(json);
        Assert.False(VectorTotals.Of(results).IsGood);
        Assert.Contains(results, result => result.Outcome == VectorOutcome.Failed
            && result.Why.Contains(why, StringComparison.Ordinal));
    }

    [Fact]
    public void Fault_in_one_entry_leaves_the_others_passing()
    {
        var results = Run(
            """
            {"messages":[
              {"name":"good","message":{"type":"Ruok"},"frame_hex":"0800000009000000"},
              {"name":"bad","message":{"type":"Ruok"},"frame_hex":"080000000a000000"},
              {"name":"good too","message":{"type":"Imok"},"frame_hex":"080000000a000000"}]}
            """);
        Assert.Equal(["good", "good too"], results.Where(result => result.Passed).Select(result => result.Name));
        Assert.Equal(new VectorTotals(2, 1), VectorTotals.Of(results));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("")]
    [InlineData("""{"messages":[],"messages":[]}""")]
    public void Text_that_is_not_one_JSON_value_is_a_format_error(string json) =>
        Assert.Equal("$", Assert.Throws<VectorFormatException>(() => Run(json)).Path);

    private static IReadOnlyList<VectorResult> Run(string json)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(json));
        return VectorCheck.Run(stream);
    }
}
