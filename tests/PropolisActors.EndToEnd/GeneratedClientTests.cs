using System.Text.Json.Nodes;
using PropolisActors.Cli.Processes;
using PropolisActors.EndToEnd.Harness;

namespace PropolisActors.EndToEnd;

/// <summary>A client generated from the document the service serves can drive the service.</summary>
public sealed class GeneratedClientTests
{
    [NpmFact]
    public async Task A_client_generated_from_the_served_document_takes_a_vm_through_its_life()
    {
        await using var bench = await Bench.StartAsync();
        var disk = await bench.DiskAsync("disk");
        var client = bench.PathOf("client");
        CopyClientTo(client);
        using (var http = new HttpClient())
            await File.WriteAllTextAsync(Path.Combine(client, "openapi.json"),
                await http.GetStringAsync(new Uri(bench.Target.Server, "/openapi.json"), Limits.Token));
        await File.WriteAllTextAsync(Path.Combine(client, "input.json"), new JsonObject
        {
            ["ensure"] = JsonNode.Parse(bench.BodyOf(disk)),
            ["disk"] = disk.Name,
            ["nextVcr"] = disk.WithGen(2).Vcr.ToJson(),
        }.ToJsonString());

        await RunAsync(client, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund");
        await RunAsync(client, "npx", "--no-install", "openapi-typescript", "openapi.json", "--output", "api.d.ts");
        await RunAsync(client, "npx", "--no-install", "tsc");
        var driven = await RunAsync(
            client, "node", "drive.js", bench.Target.Server.GetLeftPart(UriPartial.Authority), "input.json");

        Assert.Equal(
            [
                "no instance: 424 NoInstance",
                "ensured: null",
                "state: Creating",
                "spec: 1 cpus",
                "reboot too early: 403 instance state change not allowed: Operation requires an active instance",
                "ran: Running",
                "disk: active active active active",
                "vcr: vcr_matches",
                "nmi: null",
                "console: true",
                "snapshot of no disk: 404 no disk with id nope!",
                "migrations: null null",
                "stopped: Destroyed",
            ],
            driven.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private static async Task<FinishedProcess> RunAsync(string directory, string program, params IReadOnlyList<string> args)
    {
        var finished = await Npm.RunAsync(directory, program, args);
        Assert.True(finished.ExitCode == 0, $"{program} {string.Join(' ', args)}: {finished.Output} {finished.Error}");
        return finished;
    }

    private static void CopyClientTo(string directory)
    {
        Directory.CreateDirectory(directory);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "client")))
            File.Copy(file, Path.Combine(directory, Path.GetFileName(file)));
    }
}
