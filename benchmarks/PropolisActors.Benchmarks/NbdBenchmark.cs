using System.Diagnostics;
using System.Text.Json;
using PropolisActors.Benchmarks.Disks;
using PropolisActors.Cli.Client;
using PropolisActors.Cli.Processes;

namespace PropolisActors.Benchmarks;

/// <summary>
/// fio through <c>propolis nbd</c> over three file-backed servers, beside the same through <c>qemu-nbd</c> over one raw file,
/// in one run and alternating.
/// </summary>
public static class NbdBenchmark
{
    private const int Rounds = 3;
    private const int SizeMib = 256;
    private static readonly RegionGeometry Geometry = new(BlockSizeBytes: 4096, BlocksPerExtent: 4096, ExtentCount: 16);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static readonly Section[] Sections =
    [
        new("4 KiB random read, depth 1", "randread", "4k", 1, null),
        new("4 KiB random read, depth 32", "randread", "4k", 32, 0.5),
        new("4 KiB random write, depth 1", "randwrite", "4k", 1, null),
        new("4 KiB random write, depth 32", "randwrite", "4k", 32, 0.33),
        new("1 MiB sequential read, depth 4", "read", "1m", 4, null),
        new("1 MiB sequential write, depth 4", "write", "1m", 4, null),
    ];

    /// <summary>Measures and prints.</summary>
    /// <returns>0 when every target was met, 1 when one was missed, 2 when a program is missing.</returns>
    public static async Task<int> RunAsync()
    {
        if (!await HasAsync("fio").ConfigureAwait(false) || !await HasAsync("qemu-nbd").ConfigureAwait(false))
        {
            Printed.Line($"fio or qemu-nbd is not installed (Debian: apt-get install fio qemu-utils)");
            return 2;
        }

        Printed.Load();
        using var scratch = new ScratchDirectory();
        await using var ours = new Processes();
        var uri = await StartOursAsync(scratch, ours).ConfigureAwait(false);
        using var other = StartQemu(scratch);
        try
        {
            var otherUri = $"nbd+unix:///?socket={scratch.PathOf("q")}";
            await FioAsync(uri, Sections[^1] with { Seconds = 0 }).ConfigureAwait(false);
            await FioAsync(otherUri, Sections[^1] with { Seconds = 0 }).ConfigureAwait(false);
            var met = true;
            foreach (var section in Sections)
                met &= await CompareAsync(section, uri, otherUri).ConfigureAwait(false);
            Printed.Load();
            return met ? 0 : 1;
        }
        finally
        {
            other.Kill();
        }
    }

    private static async Task<bool> CompareAsync(Section section, string uri, string otherUri)
    {
        var (ours, others) = (new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            ours.Add(await FioAsync(uri, section).ConfigureAwait(false));
            others.Add(await FioAsync(otherUri, section).ConfigureAwait(false));
        }

        var (mine, theirs) = (Printed.Median(ours), Printed.Median(others));
        var ratio = mine / theirs;
        var target = section.Target is { } wanted ? $", target {wanted}: {Printed.Verdict(ratio >= wanted)}" : "";
        Printed.Line($"{section.Name}: {mine:N0}/s, qemu-nbd {theirs:N0}/s, ratio {ratio:0.00}{target}");
        return section.Target is null || ratio >= section.Target;
    }

    private static async Task<string> StartOursAsync(ScratchDirectory scratch, Processes ours)
    {
        for (var i = 0; i < 3; i++)
        {
            var data = scratch.PathOf($"region-{i}");
            await DiskServerProcess.CreateRegionAsync(data, Guid.NewGuid(), Geometry, CancellationToken.None).ConfigureAwait(false);
            ours.Servers.Add(await DiskServerProcess.StartAsync(data, port: 0, CancellationToken.None).ConfigureAwait(false));
        }

        var vcr = new VcrBody(Guid.NewGuid(), Geometry, [.. ours.Servers.Select(server => server.Address)], Gen: 1);
        await File.WriteAllTextAsync(scratch.PathOf("vcr.json"), vcr.ToJson()).ConfigureAwait(false);
        ours.Nbd = ChildProcess.Start("nbd", "--vcr", scratch.PathOf("vcr.json"), "--socket", scratch.PathOf("s"));
        await ours.Nbd.WaitForLineAsync("active", Limit, CancellationToken.None).ConfigureAwait(false);
        return $"nbd+unix:///volume?socket={scratch.PathOf("s")}";
    }

    private static Process StartQemu(ScratchDirectory scratch)
    {
        using (var file = File.Create(scratch.PathOf("raw")))
            file.SetLength(SizeMib * 1024L * 1024);
        return Process.Start("qemu-nbd", ["-f", "raw", "-t", "-e", "16", "-k", scratch.PathOf("q"), scratch.PathOf("raw")]);
    }

    /// <summary>One run of fio.</summary>
    /// <returns>Operations a second.</returns>
    private static async Task<double> FioAsync(string uri, Section section)
    {
        var start = new ProcessStartInfo("fio",
        [
            "--name=run", "--ioengine=nbd", $"--uri={uri}", $"--rw={section.Pattern}", $"--bs={section.BlockSize}",
            $"--iodepth={section.Depth}", $"--size={SizeMib}m", "--thread=1", "--norandommap=1", "--output-format=json",
            .. (string[])(section.Seconds > 0 ? ["--time_based=1", $"--runtime={section.Seconds}", "--ramp_time=1"] : []),
        ]) { RedirectStandardOutput = true, UseShellExecute = false };
        using var fio = Process.Start(start)!;
        var output = await fio.StandardOutput.ReadToEndAsync().ConfigureAwait(false);
        await fio.WaitForExitAsync().ConfigureAwait(false);
        if (fio.ExitCode != 0)
            throw new InvalidOperationException($"fio ended with {fio.ExitCode}: {output}");
        // A client library of fio's prints a line of its own before the JSON now and then.
        var job = JsonDocument.Parse(output[output.IndexOf('{', StringComparison.Ordinal)..]).RootElement.GetProperty("jobs")[0];
        return job.GetProperty(section.Pattern.EndsWith("read", StringComparison.Ordinal) ? "read" : "write")
            .GetProperty("iops").GetDouble();
    }

    private static async Task<bool> HasAsync(string program)
    {
        using var which = Process.Start(new ProcessStartInfo("which", [program]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        await which.WaitForExitAsync().ConfigureAwait(false);
        return which.ExitCode == 0;
    }

    /// <summary>One kind of load.</summary>
    /// <param name="Target">The least ratio; null when there is none.</param>
    private sealed record Section(string Name, string Pattern, string BlockSize, int Depth, double? Target)
    {
        /// <summary>Of the measured time; 0 runs once over the whole disk.</summary>
        public int Seconds { get; init; } = 3;
    }

    /// <summary>What was started; all of it is gone when this is.</summary>
    private sealed class Processes : IAsyncDisposable
    {
        public List<DiskServerProcess> Servers { get; } = [];

        public ChildProcess? Nbd { get; set; }

        public async ValueTask DisposeAsync()
        {
            if (Nbd is not null)
                await Nbd.DisposeAsync().ConfigureAwait(false);
            foreach (var server in Servers)
                await server.DisposeAsync().ConfigureAwait(false);
        }
    }
}
