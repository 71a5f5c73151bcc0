using System.Text.Json.Nodes;
using PropolisActors.Cli.Client;

namespace PropolisActors.EndToEnd.Harness;

/// <summary>Moves a VM between two services.</summary>
internal static class Moving
{
    /// <summary>The request to the target.</summary>
    public static async Task<MigrationBody> BodyAsync(Bench source, params TestDisk[] disks) => MigrationBody.Of(
        (await source.SendAsync(ApiRequest.GetSpec)).Body, source.Address,
        disks.ToDictionary(disk => disk.Name, disk => disk.Vcr.ToJson(), StringComparer.Ordinal));

    /// <summary>Moves it, and says how the migration ended at the target.</summary>
    public static async Task<string> MoveAsync(Bench source, Bench target, params TestDisk[] disks)
    {
        var body = await BodyAsync(source, disks);
        await target.SendAsync(ApiRequest.MigrateIn(body));
        return await MigrationWatch.UntilOverAsync(
            target.Api, "migration_in", body.Migration, static _ => { }, Limits.Token);
    }

    /// <summary>What is told of the VM as a whole.</summary>
    public static async Task<string> OutcomeAsync(Bench bench)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Add(ApiClient.VersionHeader, ApiClient.Version);
        return await http.GetStringAsync(new Uri($"http://{bench.Address}/vms/default"), Limits.Token);
    }

    /// <summary>Follows one end until the migration is over there.</summary>
    public static Task<string> UntilOverAsync(Bench bench, string direction, MigrationBody body) =>
        MigrationWatch.UntilOverAsync(bench.Api, direction, body.Migration, static _ => { }, Limits.Token);

    /// <summary>The reason of the failure as <c>GET /vms/default</c> tells it.</summary>
    public static async Task<string> FailureAsync(Bench bench) =>
        JsonNode.Parse(await OutcomeAsync(bench))!["failure_reason"]?.GetValue<string>() ?? "";
}
