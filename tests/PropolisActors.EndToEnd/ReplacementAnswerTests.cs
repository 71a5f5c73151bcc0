using System.Net;
using System.Text.Json.Nodes;
using PropolisActors.Cli.Client;
using PropolisActors.EndToEnd.Harness;

namespace PropolisActors.EndToEnd;

/// <summary>What a replacement is answered: each success, and each refusal with its status.</summary>
public sealed class ReplacementAnswerTests
{
    [Fact]
    public async Task A_repeat_is_started_already_until_the_copy_is_in_sync_and_completed_already_after()
    {
        await using var bench = await Bench.StartAsync();
        var good = await bench.ServerAsync();
        var disk = await bench.DiskAsync("disk", bench.Hole().Address);
        await bench.CreateAsync(disk);
        await bench.RunAsync();
        await bench.UntilWaitsForThirdAsync(disk);

        var toAnotherHole = disk.With(slot: 2, bench.Hole().Address, gen: 2);
        Assert.Equal("started", await bench.ReplaceAsync(toAnotherHole));
        Assert.Equal("started_already", await bench.ReplaceAsync(toAnotherHole));

        var toGood = disk.With(slot: 2, good.Address, gen: 3);
        Assert.Equal("started", await bench.ReplaceAsync(toGood));
        await bench.UntilAsync(disk, status => status.IsWhole);
        Assert.Equal("completed_already", await bench.ReplaceAsync(toGood));
    }

    [Fact]
    public async Task A_higher_generation_alone_matches_and_so_does_its_repeat()
    {
        await using var bench = await Bench.StartAsync();
        var disk = await bench.DiskAsync("disk");
        await bench.CreateAsync(disk);

        Assert.Equal("vcr_matches", await bench.ReplaceAsync(disk.WithGen(2)));
        Assert.Equal("vcr_matches", await bench.ReplaceAsync(disk.WithGen(2)));
    }

    [Fact]
    public async Task An_accepted_request_is_what_the_spec_shows_and_a_refused_one_is_not()
    {
        await using var bench = await Bench.StartAsync();
        var disk = await bench.DiskAsync("disk", bench.Hole().Address);
        var accepted = disk.With(slot: 2, bench.Hole().Address, gen: 2);
        await bench.CreateAsync(disk);
        await bench.RunAsync();
        await bench.ReplaceAsync(accepted);

        await bench.RefusalOfAsync(ApiRequest.PutVcr("disk", disk.Vcr.ToJson()));

        var spec = JsonNode.Parse((await bench.SendAsync(ApiRequest.GetSpec)).Body)!;
        var stored = spec["spec"]!["value"]!["components"]!["disk"]!["component"]!["request_json"]!;
        Assert.Equal(accepted.Vcr.ToJson(), stored.GetValue<string>());
    }

    [Fact]
    public async Task The_request_the_vm_was_created_with_has_no_difference()
    {
        await using var bench = await Bench.StartAsync();
        var disk = await bench.DiskAsync("disk");
        await bench.CreateAsync(disk);

        var refusal = await bench.RefusalOfAsync(ApiRequest.PutVcr("disk", disk.Vcr.ToJson()));

        Assert.Equal(HttpStatusCode.BadRequest, refusal.Status);
        Assert.Equal("Invalid downstairs replace The VCRs have no difference", refusal.Text);
    }

    public static TheoryData<string, string> Illegal => new()
    {
        { "two targets", "multiple different targets" },
        { "another volume", "ID mismatch" },
        { "an older generation", "generation too low" },
        { "another extent count", "extent_count mismatch" },
    };

    [Theory]
    [MemberData(nameof(Illegal))]
    public async Task An_illegal_successor_is_refused_with_400_and_its_reason(string change, string reason)
    {
        await using var bench = await Bench.StartAsync();
        var disk = (await bench.DiskAsync("disk", bench.Hole().Address)).WithGen(5);
        var other = bench.Hole().Address;
        await bench.CreateAsync(disk);
        var geometry = TestDisk.Geometry with { ExtentCount = 5 };
        var successor = change switch
        {
            "two targets" => disk.With(slot: 1, other, gen: 6).With(slot: 2, other, gen: 6).Vcr,
            "another volume" => disk.With(slot: 2, other, gen: 6).Vcr with { Volume = Guid.NewGuid() },
            "an older generation" => disk.With(slot: 2, other, gen: 4).Vcr,
            _ => disk.With(slot: 2, other, gen: 6).Vcr with { Geometry = geometry },
        };

        var refusal = await bench.RefusalOfAsync(ApiRequest.PutVcr("disk", successor.ToJson()));

        Assert.Equal(HttpStatusCode.BadRequest, refusal.Status);
        Assert.Contains(reason, refusal.Text, StringComparison.Ordinal);
        Assert.NotNull(refusal.ErrorCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"type":"volume"}""")]
    [InlineData("""{"type":"tape","id":"x"}""")]
    public async Task A_text_that_is_no_construction_request_is_refused_with_400(string vcr)
    {
        await using var bench = await Bench.StartAsync();
        await bench.CreateAsync(await bench.DiskAsync("disk"));

        var refusal = await bench.RefusalOfAsync(ApiRequest.PutVcr("disk", vcr));

        Assert.Equal(HttpStatusCode.BadRequest, refusal.Status);
        Assert.NotNull(refusal.ErrorCode);
    }

    [Fact]
    public async Task A_body_without_a_construction_request_is_refused_before_anything_else()
    {
        await using var bench = await Bench.StartAsync();

        var refusal = await bench.RefusalOfAsync(new ApiRequest(HttpMethod.Put, "/instance/disk/disk/vcr", "{}"));

        Assert.Equal(HttpStatusCode.BadRequest, refusal.Status);
        Assert.StartsWith("unable to parse JSON body: ", refusal.Text, StringComparison.Ordinal);
        Assert.Null(refusal.ErrorCode);
    }

    [Fact]
    public async Task A_disk_that_is_not_there_is_404_and_a_vm_that_is_not_there_is_424()
    {
        await using var bench = await Bench.StartAsync();
        var disk = await bench.DiskAsync("disk");
        var replacement = ApiRequest.PutVcr("other", disk.WithGen(2).Vcr.ToJson());
        Assert.Equal(HttpStatusCode.FailedDependency, (await bench.RefusalOfAsync(replacement)).Status);

        await bench.CreateAsync(disk);

        var refusal = await bench.RefusalOfAsync(replacement);
        Assert.Equal(HttpStatusCode.NotFound, refusal.Status);
        Assert.Equal("No crucible backend for id other", refusal.ErrorCode);
    }
}
