using Crucible.Wire.Vectors;

namespace Crucible.Wire.Tests;

public sealed class VectorFileTests
{
    public static TheoryData<string, string, string> Results()
    {
        var data = new TheoryData<string, string, string>();
        using var file = GoldenFile.Open();
        foreach (var result in VectorCheck.Run(file).Where(result => result.Outcome != VectorOutcome.NotChecked))
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
        var checks = VectorCheck.Run(file).Where(result => result.Outcome != VectorOutcome.NotChecked)
            .CountBy(result => result.Section).ToDictionary();
        var counts = file.RootElement.GetProperty("counts");

        foreach (var section in (string[])["messages", "decoder_cases", "xxhash64", "block_hashes", "encrypted_blocks"])
            Assert.Equal(counts.GetProperty(section).GetInt32(), checks[section]);
        Assert.Equal(42, checks["discriminants"]);
        var steps = file.RootElement.GetProperty("sessions").EnumerateArray()
            .Sum(session => session.GetProperty("steps").GetArrayLength());
        Assert.Equal(steps, checks["sessions"]);
    }

    [Fact]
    public void Golden_file_totals_are_good_and_name_what_was_not_checked()
    {
        using var stream = File.OpenRead(GoldenFile.Path);
        var results = VectorCheck.Run(stream);
        var totals = VectorTotals.Of(results);

        Assert.True(totals.IsGood);
        Assert.Equal(0, totals.Failed);
        Assert.Equal(
            ["encrypted_blocks", "aes_gcm_siv"],
            results.Where(result => result.Outcome == VectorOutcome.NotChecked).Select(result => result.Section));
    }
}
