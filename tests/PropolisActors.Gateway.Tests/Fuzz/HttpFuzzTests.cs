using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Propolis.Core.Lifecycle;
using PropolisActors.Gateway.Tests.Events;
using PropolisActors.Volumes;
using Xunit.Abstractions;

namespace PropolisActors.Gateway.Tests.Fuzz;

/// <summary>
/// The real gateway, actors and data path under requests that are right, nearly right and not at all. After each: the service
/// lives, states are legal, generations never fall, no key is told, and nothing was met that the code holds impossible.
/// </summary>
public sealed class HttpFuzzTests(ITestOutputHelper output) : IAsyncLifetime
{
    /// <summary>Chooses the seed; with <see cref="CountVariable"/> for a longer run by hand.</summary>
    private const string SeedVariable = "PROPOLIS_FUZZ_SEED";

    private const string CountVariable = "PROPOLIS_FUZZ_COUNT";
    private const int CountUsual = 1500;

    /// <summary>What the gateway logs when it meets what it holds impossible.</summary>
    private const string Defect = "failed by a defect";

    /// <summary>A run in CI ends then at the latest; what was done until then counts.</summary>
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(25);

    private readonly LogSink _volumes = new();
    private GatewayServer _server = null!;
    private HttpClient _client = null!;

    public async Task InitializeAsync()
    {
        var logs = LoggerFactory.Create(builder => builder.AddProvider(_volumes).SetMinimumLevel(LogLevel.Trace));
        var options = ServiceOptions.Default with { StopGrace = TimeSpan.FromMilliseconds(200), VmsMax = 6 };
        _server = await GatewayServer.StartLiveAsync(
            new RegionSetVolumeFactory(VolumeOptions.Default, TimeProvider.System, logs), options);
        _client = new HttpClient { BaseAddress = new Uri($"http://{_server.Address}"), Timeout = RawHttp.Patience };
        _client.DefaultRequestHeaders.Add("api-version", "5.0.0");
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task The_service_stands_whatever_it_is_sent()
    {
        var seed = Number(SeedVariable) ?? 20_261;
        var count = Number(CountVariable);
        var fuzzer = new RequestFuzzer(seed);
        var told = ReadEventsAsync(await EventReader.OpenAsync(_server.Address));
        var begun = Stopwatch.GetTimestamp();
        var answers = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var done = 0;
        while (done < (count ?? CountUsual) && (count is not null || Stopwatch.GetElapsedTime(begun) < Bound))
        {
            var request = fuzzer.Next();
            var where = string.Create(CultureInfo.InvariantCulture, $"seed {seed}, request {done}, {request.What}");
            var answer = await SendAsync(request, where);
            CheckAnswer(answer, where);
            await CheckServiceAsync(where);
            var status = answer.Length > 12 ? answer[9..12] : "none";
            answers[status] = answers.GetValueOrDefault(status) + 1;
            done++;
        }

        await _server.StopHttpAsync();
        var states = CheckEvents(await told.WaitAsync(RawHttp.Patience), seed);
        CheckLogs(_server.LogText, seed);
        CheckLogs(string.Join('\n', _volumes.Lines), seed);
        output.WriteLine($"fuzz: seed {seed}, {done} requests, {states} states: {string.Join(", ", answers.Select(a => $"{a.Value} x {a.Key}"))}");
        // A run that met no success, or no refusal, has tried nothing.
        Assert.True(answers.ContainsKey("201") && answers.ContainsKey("204") && answers.ContainsKey("400"), $"{done} requests");
    }

    private async Task<string> SendAsync(FuzzRequest request, string where)
    {
        using var connection = await _server.Http.ConnectAsync();
        var got = new StringBuilder();
        try
        {
            var stream = connection.GetStream();
            await stream.WriteAsync(request.Bytes).AsTask().WaitAsync(RawHttp.Patience);
            if (request.IsCutOff)
                connection.Client.Shutdown(SocketShutdown.Send);
            var buffer = new byte[64 * 1024];
            while (await stream.ReadAsync(buffer).AsTask().WaitAsync(RawHttp.Patience) is > 0 and var count)
                got.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // The service may break a connection that makes no sense.
        }
        catch (TimeoutException)
        {
            Assert.Fail($"no end of the answer: {where}; so far: {got}");
        }

        return got.ToString();
    }

    private void CheckAnswer(string answer, string where)
    {
        // So is a VM answered whose parts cannot be made, which is no defect of ours.
        if (answer.StartsWith("HTTP/1.1 500", StringComparison.Ordinal))
            Assert.Equal("", Defects(_server.LogText));
        // A spec is what the client itself gave, keys and all; nothing else may tell of it.
        if (!answer.Contains("\"spec\":{\"type\":\"Present\"", StringComparison.Ordinal))
            Assert.False(answer.Contains(RequestFuzzer.Key, StringComparison.Ordinal), $"a key is told: {where}: {answer}");
    }

    private async Task CheckServiceAsync(string where)
    {
        using var health = await _client.GetAsync("/healthz");
        Assert.True(health.IsSuccessStatusCode, where);
        using var list = JsonDocument.Parse(await _client.GetStringAsync("/vms"));
        foreach (var vm in list.RootElement.GetProperty("vms").EnumerateArray())
            Assert.True(Enum.TryParse<InstanceState>(vm.GetProperty("state").GetString(), out _), $"{where}: {vm}");
    }

    private static async Task<List<SeenEvent>> ReadEventsAsync(EventReader reader)
    {
        using (reader)
        {
            List<SeenEvent> seen = [];
            while (await reader.NextAsync() is { } next)
                seen.Add(next);
            return seen;
        }
    }

    /// <summary>Each state follows the one before by one generation; a new VM of a name begins at 1, when the last has ended.</summary>
    /// <returns>How many states were told.</returns>
    private static int CheckEvents(List<SeenEvent> events, int seed)
    {
        var last = new Dictionary<string, (ulong Gen, string State)>(StringComparer.Ordinal);
        var count = 0;
        foreach (var seen in events)
        {
            var text = $"seed {seed}: {seen.Id} {seen.Name} {seen.Data}";
            Assert.False(seen.Name == "gap" || text.Contains(RequestFuzzer.Key, StringComparison.Ordinal), text);
            if (seen.Name == "vm_gone")
                Assert.True(last.Remove(seen.Vm, out var ended) && ended.State is "Destroyed" or "Failed", text);
            if (seen.Name != "vm_state")
                continue;
            var now = (Gen: seen.Data.GetProperty("gen").GetUInt64(), State: seen.Data.GetProperty("state").GetString()!);
            var before = last.TryGetValue(seen.Vm, out var known) ? known : (Gen: 0UL, State: "Destroyed");
            var hasEnded = before.State is "Destroyed" or "Failed";
            Assert.True(now.Gen == (hasEnded ? 1 : before.Gen + 1), $"{text} after {before}");
            last[seen.Vm] = now;
            count++;
        }

        return count;
    }

    private static void CheckLogs(string log, int seed)
    {
        Assert.False(log.Contains(RequestFuzzer.Key, StringComparison.Ordinal), $"seed {seed}: a key is in the log");
        Assert.False(log.Contains(Defect, StringComparison.Ordinal), $"seed {seed}: {Defects(log)}");
    }

    /// <summary>What is logged of the last one, as far as it fits.</summary>
    private static string Defects(string log)
    {
        var at = log.LastIndexOf(Defect, StringComparison.Ordinal);
        return at < 0 ? "" : log.Substring(at, Math.Min(2000, log.Length - at));
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : null;
}
