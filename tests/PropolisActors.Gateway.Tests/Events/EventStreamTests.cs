using System.Globalization;
using Crucible.Core.Volumes;
using Propolis.Core.Spec;
using PropolisActors.Events;
using PropolisActors.Protocols;

namespace PropolisActors.Gateway.Tests.Events;

/// <summary><c>GET /events</c> over real connections.</summary>
public sealed class EventStreamTests
{
    private static readonly SpecKey Disk = SpecKey.Parse("disk");

    [Fact]
    public async Task A_new_reader_hears_where_it_begins_and_then_everything_in_order()
    {
        await using var server = await GatewayServer.StartAsync(ScriptedDirectory.Empty);
        using var reader = await EventReader.OpenAsync(server.Address);
        var begin = await reader.NextAsync();
        Assert.Contains("200 OK", reader.Head, StringComparison.Ordinal);
        Assert.Contains("Content-Type: text/event-stream", reader.Head, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(("begin", begin!.Id), (begin.Name, begin.Data.GetProperty("after").GetString()));

        Publish(server, 1, 2, 3);

        foreach (var number in new[] { 1, 2, 3 })
        {
            var seen = (await reader.NextAsync())!;
            Assert.Equal(("volume", NameOf(number), "ended"), (seen.Name, seen.Vm, seen.Phase));
            Assert.Equal("disk", seen.Data.GetProperty("disk").GetString());
        }
    }

    [Fact]
    public async Task A_reader_that_comes_back_misses_nothing_and_sees_nothing_twice()
    {
        await using var server = await GatewayServer.StartAsync(ScriptedDirectory.Empty);
        List<string> seen = [];
        var place = "";
        using (var first = await EventReader.OpenAsync(server.Address))
            place = (await first.NextAsync())!.Id;

        // Each of these connections breaks after a few events, while more of them happen.
        for (var round = 0; round < 10; round++)
        {
            Publish(server, 3 * round, (3 * round) + 1, (3 * round) + 2);
            using var reader = round % 2 == 0
                ? await EventReader.OpenAsync(server.Address, $"/events?after={place}")
                : await EventReader.OpenAsync(server.Address, "/events?after=outdated", $"Last-Event-ID: {place}");
            for (var i = 0; i < 2; i++)
            {
                var next = (await reader.NextAsync())!;
                seen.Add(next.Vm);
                place = next.Id;
            }
        }

        using var last = await EventReader.OpenAsync(server.Address, $"/events?after={place}");
        while (seen.Count < 30)
            seen.Add((await last.NextAsync())!.Vm);
        Assert.Equal(Enumerable.Range(0, 30).Select(NameOf), seen);
    }

    [Fact]
    public async Task A_reader_that_fell_out_of_the_window_is_told_and_gets_what_is_kept()
    {
        await using var server = await GatewayServer.StartAsync(
            ScriptedDirectory.Empty, GatewayOptions.Default with { EventsMax = 2 });
        string place;
        using (var first = await EventReader.OpenAsync(server.Address))
            place = (await first.NextAsync())!.Id;
        Publish(server, 1, 2, 3, 4, 5);
        using var back = await EventReader.OpenAsync(server.Address, $"/events?after={place}");

        var gap = (await back.NextAsync())!;
        Assert.Equal(("gap", "expired"), (gap.Name, gap.Data.GetProperty("reason").GetString()));
        Assert.Equal((NameOf(4), NameOf(5)), ((await back.NextAsync())!.Vm, (await back.NextAsync())!.Vm));

        // The id of the gap is itself a place to resume from.
        using var again = await EventReader.OpenAsync(server.Address, $"/events?after={gap.Id}");
        Assert.Equal(NameOf(4), (await again.NextAsync())!.Vm);
    }

    [Theory]
    [InlineData("0000000000000001-7", "restarted")]
    [InlineData("nonsense", "unknown_id")]
    public async Task An_id_that_this_run_did_not_give_out_is_told_as_a_gap(string id, string reason)
    {
        await using var server = await GatewayServer.StartAsync(ScriptedDirectory.Empty);

        using var reader = await EventReader.OpenAsync(server.Address, $"/events?after={id}");

        Assert.Equal(reason, (await reader.NextAsync())!.Data.GetProperty("reason").GetString());
    }

    [Fact]
    public async Task A_silent_stream_carries_comments()
    {
        await using var server = await GatewayServer.StartAsync(
            ScriptedDirectory.Empty, GatewayOptions.Default with { KeepAliveTime = TimeSpan.FromMilliseconds(50) });
        using var reader = await EventReader.OpenAsync(server.Address);
        await reader.NextAsync();
        await reader.ReadCommentAsync();
        await reader.ReadCommentAsync();

        Publish(server, 1);

        Assert.Equal(NameOf(1), (await reader.NextAsync())!.Vm);
    }

    [Fact]
    public async Task A_stop_of_the_service_ends_the_streams()
    {
        await using var server = await GatewayServer.StartAsync(ScriptedDirectory.Empty);
        using var reader = await EventReader.OpenAsync(server.Address);
        await reader.NextAsync();

        await server.StopHttpAsync();

        Assert.Null(await reader.NextAsync());
    }

    [Fact]
    public async Task A_reader_that_takes_nothing_is_cut_off_and_may_come_back()
    {
        await using var server = await GatewayServer.StartAsync(
            ScriptedDirectory.Empty,
            GatewayOptions.Default with { SendTime = TimeSpan.FromMilliseconds(200), EventsMax = 1_000_000, EventBytesMax = 1 << 30 });
        using var slow = await EventReader.OpenAsync(server.Address);
        var place = (await slow.NextAsync())!.Id;
        var told = server.LineAsync("takes nothing");

        // More than the buffers between the two ends hold.
        Publish(server, [.. Enumerable.Range(0, 150_000)]);
        await told.WaitAsync(RawHttp.Patience);

        Assert.True(await EndsAsync(slow) < 150_000);
        using var back = await EventReader.OpenAsync(server.Address, $"/events?after={place}");
        Assert.Equal(NameOf(0), (await back.NextAsync())!.Vm);
    }

    [Fact]
    public async Task There_is_a_limit_to_readers()
    {
        await using var server = await GatewayServer.StartAsync(
            ScriptedDirectory.Empty, GatewayOptions.Default with { EventStreamsMax = 1 });
        using var first = await EventReader.OpenAsync(server.Address);
        await first.NextAsync();

        var second = await server.Http.SendWithAsync("GET", "/events", null);

        Assert.Equal((503, "Busy"), (second.Status, second.ErrorCode));
    }

    [Fact]
    public async Task Only_get_is_known_and_no_api_version_is_asked_for()
    {
        await using var server = await GatewayServer.StartAsync(ScriptedDirectory.Empty);

        var post = await server.Http.SendWithAsync("POST", "/events", "{}");

        Assert.Equal((405, "GET"), (post.Status, post.Headers["allow"]));
        Assert.True(Guid.TryParse(post.Headers["x-request-id"], out _));
    }

    private static void Publish(GatewayServer server, params ReadOnlySpan<int> numbers)
    {
        foreach (var number in numbers)
        {
            Assert.True(VmName.TryParse(NameOf(number), out var vm));
            server.System.EventStream.Publish(
                new ServiceEvent.VolumeChanged(vm.Value, DateTimeOffset.UnixEpoch, Disk, new VolumePhase.Ended()));
        }
    }

    /// <summary>Reads to the end of a stream, which may be a broken connection.</summary>
    private static async Task<int> EndsAsync(EventReader reader)
    {
        var count = 0;
        try
        {
            while (await reader.NextAsync() is not null)
                count++;
        }
        catch (IOException)
        {
            // What had not been read is lost with the connection.
        }

        return count;
    }

    private static string NameOf(int number) => string.Create(CultureInfo.InvariantCulture, $"vm{number}");
}
