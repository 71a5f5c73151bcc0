using System.Text.Json;
using Crucible.Wire;

namespace Crucible.Net.Tests.Downstairs;

/// <summary>
/// Conversations recorded with a reference disk server, held again with ours. What it must send is compared byte for
/// byte, except where the address of its repair server is in it.
/// </summary>
public sealed class RecordedSessionTests
{
    private static readonly JsonElement[] Sessions = Load();

    // The recorder ran these on the storage that the first four had left, though their setup says otherwise.
    private static readonly string[] OnUsedStorage = ["hello_while_running", "context_count_wrong", "takeover"];

    /// <summary>Sessions that need no second disk server to fetch extents from.</summary>
    public static TheoryData<string> Names => new(
        Sessions.Select(NameOf).Where(n => !n.Contains("reconciliation", StringComparison.Ordinal)
            && !n.Contains("live_repair", StringComparison.Ordinal)));

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Recorded_session_is_answered_as_it_was_recorded(string name)
    {
        var chain = ChainTo(name);
        var setup = chain[0].GetProperty("setup").GetProperty("region");
        var served = await ServedRegion.StartAsync(DefinitionOf(setup));
        try
        {
            foreach (var session in chain)
            {
                var isReadOnly = session.GetProperty("setup").TryGetProperty("read_only", out var flag) && flag.GetBoolean();
                if (isReadOnly)
                    served = await served.RestartAsync(readOnly: true);
                await HoldAsync(served, session);
            }
        }
        finally
        {
            await served.DisposeAsync();
        }
    }

    [Fact]
    public void Recorded_sessions_are_there()
    {
        Assert.True(Names.Count >= 15, $"only {Names.Count} sessions");
    }

    private static async Task HoldAsync(ServedRegion served, JsonElement session)
    {
        var clients = new Dictionary<string, WireClient>(StringComparer.Ordinal);
        try
        {
            var number = 0;
            foreach (var step in session.GetProperty("steps").EnumerateArray())
            {
                var where = $"{NameOf(session)}, step {number++}";
                var label = step.GetProperty("connection").GetString()!;
                if (!clients.TryGetValue(label, out var client))
                    clients[label] = client = await served.ConnectAsync();
                var isOurs = step.GetProperty("from").GetString() == "downstairs";
                if (step.TryGetProperty("frame_hex", out var hex))
                {
                    var frame = Convert.FromHexString(hex.GetString()!);
                    if (isOurs)
                        await ExpectAsync(client, frame, where);
                    else
                        await client.SendAsync(frame);
                }
                else if (isOurs)
                {
                    Assert.True(await client.ReceiveFrameAsync() is null, $"{where}: not closed");
                }
                else
                {
                    client.Dispose();
                }
            }
        }
        finally
        {
            foreach (var client in clients.Values)
                client.Dispose();
        }
    }

    private static async Task ExpectAsync(WireClient client, byte[] expected, string where)
    {
        var actual = await client.ReceiveFrameAsync();
        Assert.True(actual is not null, $"{where}: closed");
        if (BitConverter.ToUInt32(expected, 4) == (uint)MessageKind.YesItsMe)
            expected = [.. expected[..^2], .. actual[^2..]];
        Assert.True(expected.AsSpan().SequenceEqual(actual),
            $"{where}: expected {Convert.ToHexString(expected)}, got {Convert.ToHexString(actual)}");
    }

    private static List<JsonElement> ChainTo(string name)
    {
        var session = Sessions.Single(s => NameOf(s) == name);
        var setup = session.GetProperty("setup");
        var before = setup.TryGetProperty("continues", out var previous) ? previous.GetString() : null;
        if (OnUsedStorage.Contains(name, StringComparer.Ordinal))
            before = "out_of_order_jobs";
        var chain = before is null ? [] : ChainTo(before);
        chain.Add(session);
        return chain;
    }

    private static RegionDefinition DefinitionOf(JsonElement region) => new(
        ulong.Parse(region.GetProperty("block_size").GetString()!, System.Globalization.CultureInfo.InvariantCulture),
        new(
            ulong.Parse(
                region.GetProperty("extent_size").GetProperty("value").GetString()!,
                System.Globalization.CultureInfo.InvariantCulture),
            region.GetProperty("extent_size").GetProperty("shift").GetUInt32()),
        region.GetProperty("extent_count").GetUInt32(),
        new(region.GetProperty("uuid").GetGuid()),
        region.GetProperty("encrypted").GetBoolean());

    private static string NameOf(JsonElement session) => session.GetProperty("name").GetString()!;

    private static JsonElement[] Load()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "vectors", "crucible-wire.json");
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return [.. document.RootElement.GetProperty("sessions").EnumerateArray().Select(s => s.Clone())];
    }
}
