using Crucible.Wire.Vectors;

namespace Crucible.Wire.Tests;

public sealed class VectorFileTests
{
    public static TheoryData<string, string, string> Results()
    {
        var data = new TheoryData<string, string, string>();
        using var file = GoldenFile.Open();
        foreach (var result in VectorCheck.Run(file))
            data.Add(result.Section, result.Name, result.Passed ? "" : $"failed {result.Why}");
        return data;
    }

    [Theory]
    [MemberData(nameof(Results))]
    public void Golden_entry_is_right_in_every_direction_it_has(string section, string name, string why) =>
        Assert.True(why.Length == 0, $"{section} {name}: {why}");

    [Fact]
    public void Golden_file_is_checked_entry_for_entry_as_its_own_counts_say()
    {
        using var file = GoldenFile.Open();
        var checks = VectorCheck.Run(file)
            .CountBy(result => result.Section).ToDictionary();
        var counts = file.RootElement.GetProperty("counts");

        string[] listed =
            ["messages", "decoder_cases", "xxhash64", "block_hashes", "encrypted_blocks", "aes_gcm_siv"];
        foreach (var section in listed)
            Assert.Equal(counts.GetProperty(section).GetInt32(), checks[section]);
        Assert.Equal(42, checks["discriminants"]);
        var steps = file.RootElement.GetProperty("sessions").EnumerateArray()
            .Sum(session => session.GetProperty("steps").GetArrayLength());
        Assert.Equal(steps, checks["sessions"]);
    }

    [Fact]
    public void Golden_files_have_good_totals()
    {
        foreach (var path in (string[])[GoldenFile.Path, GoldenFile.RfcPath])
        {
            using var stream = File.OpenRead(path);
            Assert.True(VectorTotals.Of(VectorCheck.Run(stream)).IsGood, path);
        }
    }
}
