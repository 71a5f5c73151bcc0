using System.Globalization;

namespace Crucible.Wire.Vectors;

/// <summary>Checks hashes of a vector file. Each check answers what is wrong, or an empty text.</summary>
internal static class HashCheck
{
    /// <summary>XXH64 of some bytes, taken at once and in two pieces.</summary>
    public static string Plain(JsonCursor entry)
    {
        var data = entry["data_hex"].Hex();
        var expected = Expected(entry, "hash");
        var pieces = default(XxHash64Incremental);
        pieces.Append(data.AsSpan(0, data.Length / 3));
        pieces.Append(data.AsSpan(data.Length / 3));
        var wrong = Compare(entry, expected, XxHash64.Hash(data));
        return wrong.Length > 0 ? wrong : Compare(entry, expected, pieces.Digest());
    }

    /// <summary>The hash of a block, plain or with nonce and tag.</summary>
    public static string Block(JsonCursor entry)
    {
        var (nonce, tag) = (entry["nonce_hex"], entry["tag_hex"]);
        if (nonce.IsNull != tag.IsNull)
            throw new VectorFormatException(tag.Path, "must be null exactly when nonce_hex is");
        EncryptionContext? context = nonce.IsNull ? null : Context(entry);
        return Compare(entry, Expected(entry, "hash"), BlockHash.Of(context, entry["data_hex"].Hex()));
    }

    /// <summary>The hash of an encrypted block, which the keyless end can check too.</summary>
    public static string EncryptedBlock(JsonCursor entry) => Compare(
        entry, Expected(entry, "block_hash"), BlockHash.Encrypted(Context(entry), entry["ciphertext_hex"].Hex()));

    private static EncryptionContext Context(JsonCursor entry) => new(
        Bytes12.From(entry["nonce_hex"].Hex(Bytes12.Size)), Bytes16.From(entry["tag_hex"].Hex(Bytes16.Size)));

    private static ulong Expected(JsonCursor entry, string member)
    {
        var number = entry[$"{member}_u64"].UInt64();
        var hex = entry[$"{member}_hex"];
        if (hex.Text() != number.ToString("x16", CultureInfo.InvariantCulture))
            throw new VectorFormatException(hex.Path, $"is not the number in {member}_u64");
        return number;
    }

    private static string Compare(JsonCursor entry, ulong expected, ulong actual) =>
        expected == actual ? "" : $"{entry.Path}: the hash is {expected:x16}, computed {actual:x16}";
}
