using System.Net;
using System.Text.Json.Nodes;
using Akka.Actor;
using Crucible.Core.Upstairs;
using Crucible.Core.Volumes;
using Crucible.Wire;
using Propolis.Core.Api;
using Propolis.Core.Lifecycle;
using Propolis.Core.Spec;
using PropolisActors.Protocols;

namespace PropolisActors.Gateway.Tests;

/// <summary>How the actors' answers look as HTTP.</summary>
public class AnswerTests
{
    private const string Secret = "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0MTI=";
    private const string VolumeUuid = "11111111-1111-4111-8111-111111111111";
    private const string RegionUuid = "22222222-2222-4222-8222-222222222222";

    private static readonly string Region =
        $$$"""
        {"type":"region","block_size":512,"blocks_per_extent":16,"extent_count":4,"gen":3,"opts":{"id":"{{{RegionUuid}}}",
         "target":["127.0.0.1:9001","127.0.0.1:9002","127.0.0.1:9003"],"lossy":false,"flush_timeout":null,"key":null,
         "cert_pem":null,"key_pem":null,"root_cert_pem":null,"control":null,"read_only":false}}
        """;

    private static readonly string Volume =
        $$"""{"type":"volume","id":"{{VolumeUuid}}","block_size":512,"sub_volumes":[{{Region}}],"read_only_parent":null}""";

    [Fact]
    public async Task A_directory_that_does_not_answer_is_reported_in_time()
    {
        var options = GatewayOptions.Default with { AnswerTime = TimeSpan.FromMilliseconds(50) };
        await using var server = await GatewayServer.StartAsync(ScriptedDirectory.Answering(static _ => null), options);
        var response = await server.Http.SendAsync("PUT", "/instance/state", "\"Stop\"");
        Assert.Equal((503, "AnswerTimedOut"), (response.Status, response.ErrorCode));
    }

    [Fact]
    public async Task An_answer_nobody_expected_is_an_internal_error_without_details()
    {
        await using var server = await GatewayServer.StartAsync(ScriptedDirectory.Answering(static _ => "nonsense"));
        var response = await server.Http.SendAsync("GET", "/instance");
        Assert.Equal(
            (500, "Internal", "Internal Server Error"), (response.Status, response.ErrorCode, response.Message));
        Assert.Contains("String", server.LogText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_temporary_refusal_says_when_to_come_again()
    {
        var why = ApiError.DiskTemporarilyRefused("busy", "another copy is being repaired", TimeSpan.FromMilliseconds(1500));
        await using var server = await GatewayServer.StartAsync(
            ScriptedDirectory.Answering(_ => new VmProtocol.Refused(why)));
        var response = await server.Http.SendAsync("PUT", "/instance/disk/d/vcr", """{"vcr_json":"x"}""");
        Assert.Equal((409, "2", "busy"), (response.Status, response.Headers["retry-after"], response.ErrorCode));
    }

    [Theory]
    [InlineData(VolumeReplaceResult.Started, "\"started\"")]
    [InlineData(VolumeReplaceResult.StartedAlready, "\"started_already\"")]
    [InlineData(VolumeReplaceResult.CompletedAlready, "\"completed_already\"")]
    [InlineData(VolumeReplaceResult.VcrMatches, "\"vcr_matches\"")]
    public async Task A_replacement_reaches_its_disk_verbatim_and_nothing_of_it_is_logged(
        VolumeReplaceResult result, string body)
    {
        VmProtocol.ReplaceVcr? seen = null;
        await using var server = await GatewayServer.StartAsync(ScriptedDirectory.Answering(message =>
        {
            seen = (VmProtocol.ReplaceVcr)message;
            return new VmProtocol.VcrReplaced(result);
        }));

        var response = await server.Http.SendAsync(
            "PUT", "/vms/other/instance/disk/a%20B/vcr", $$"""{"vcr_json":" {\"key\": \"{{Secret}}\"}","more":1}""");

        Assert.Equal((200, body), (response.Status, response.Body));
        Assert.Equal(
            ("other", "a B", $$""" {"key": "{{Secret}}"}"""), (seen!.Vm.Value, seen.DiskAsGiven, seen.VcrJson));
        Assert.DoesNotContain(Secret, server.LogText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/instance/disk/a%20B/snapshot/11111111-1111-4111-8111-111111111111")]
    [InlineData("/instance/nmi")]
    public async Task A_success_with_nothing_to_say_has_the_body_null(string target)
    {
        object? seen = null;
        await using var server = await GatewayServer.StartAsync(ScriptedDirectory.Answering(message =>
        {
            seen = message;
            return message is VmProtocol.Snapshot ? new VmProtocol.SnapshotTaken() : new VmProtocol.NmiInjected();
        }));

        var response = await server.Http.SendAsync("POST", target);

        Assert.Equal((200, "null", "application/json"), (response.Status, response.Body, response.Headers["content-type"]));
        Assert.Equal(
            target.EndsWith("nmi", StringComparison.Ordinal)
                ? new VmProtocol.InjectNmi(VmName.Default)
                : new VmProtocol.Snapshot(VmName.Default, "a B", Guid.Parse(VolumeUuid)),
            seen);
    }

    [Fact]
    public async Task A_snapshot_may_take_longer_than_other_answers()
    {
        // Goal: the limit on answers does not cut a snapshot off, which has a deadline of its own.
        // Method: no answer until another request has met that limit, which is asked for after the snapshot.
        var options = GatewayOptions.Default with { AnswerTime = TimeSpan.FromMilliseconds(50) };
        var asked = new TaskCompletionSource<IActorRef>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await GatewayServer.StartAsync(
            Props.Create(() => new HoldingDirectory(asked)), options);
        var snapshot = server.Http.SendAsync("POST", $"/instance/disk/d/snapshot/{VolumeUuid}");
        var asker = await asked.Task.WaitAsync(RawHttp.Patience);
        Assert.Equal("AnswerTimedOut", (await server.Http.SendAsync("GET", "/instance")).ErrorCode);

        asker.Tell(new VmProtocol.SnapshotTaken(), ActorRefs.NoSender);

        Assert.Equal((200, "null"), ((await snapshot).Status, (await snapshot).Body));
    }

    [Fact]
    public async Task A_malformed_replacement_body_is_refused_without_repeating_it()
    {
        await using var server = await GatewayServer.StartAsync(ScriptedDirectory.Empty);
        var response = await server.Http.SendAsync("PUT", "/instance/disk/d/vcr", $$$"""{"vcr_json":{"key":"{{{Secret}}}"}}""");
        var broken = await server.Http.SendAsync("PUT", "/instance/disk/d/vcr", "{\"vcr_json\":\"" + Secret);
        Assert.DoesNotContain(Secret, response.Body + broken.Body + server.LogText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Disk_status_is_the_volume_tree_with_what_is_waited_for(bool isBareRegion)
    {
        var status = Status(isBareRegion ? Region : Volume, UpstairsState.GoActive);
        await using var server = await GatewayServer.StartAsync(ScriptedDirectory.Answering(_ => status));

        var response = await server.Http.SendAsync("GET", "/instance/disk/d/status");

        Assert.Equal(200, response.Status);
        Assert.Null(new SchemaCheck(Contract.Of(5)).WhyNot(
            "get", "/instance/disk/{id}/status", 200, JsonNode.Parse(response.Body)));
        var volume = response.Json.GetProperty("volume_info").GetProperty("volume");
        Assert.Equal("null", volume.GetProperty("read_only_parent").GetRawText());
        var upstairs = volume.GetProperty("sub_volumes").EnumerateArray().Single().GetProperty("upstairs");
        Assert.Equal("go_active", upstairs.GetProperty("state").GetString());
        Assert.Equal(512, upstairs.GetProperty("block_size").GetInt32());
        Assert.Equal(3, upstairs.GetProperty("generation").GetInt32());
        Assert.Equal(RegionUuid, upstairs.GetProperty("upstairs_id").GetString());
        Assert.False(upstairs.GetProperty("reconcile_in_progress").GetBoolean());
        var targets = upstairs.GetProperty("targets").EnumerateArray().ToList();
        Assert.Equal("""{"type":"active"}""", targets[0].GetProperty("state").GetRawText());
        Assert.Equal(
            """{"type":"connecting","state":"negotiating","mode":"new"}""", targets[1].GetProperty("state").GetRawText());
        Assert.Equal(
            """{"type":"connecting","state":"wait_quorum","mode":"replaced"}""", targets[2].GetProperty("state").GetRawText());
        Assert.Equal("127.0.0.1:9002", targets[1].GetProperty("target_addr").GetString());
        Assert.Equal("null", targets[1].GetProperty("region_id").GetRawText());
        Assert.Equal("a connection to 127.0.0.1:9002", targets[1].GetProperty("waiting_for").GetString());
        Assert.Equal("connection refused", targets[1].GetProperty("last_error").GetString());
        Assert.Equal(1, response.Json.GetProperty("revision").GetInt32());
        Assert.Equal("null", response.Json.GetProperty("last_replacement").GetRawText());
    }

    [Theory]
    [InlineData(UpstairsState.Active, """{"active":true}""")]
    [InlineData(UpstairsState.GoActive, """{"active":false}""")]
    public async Task Disk_status_before_version_5_is_one_boolean(UpstairsState state, string body)
    {
        await using var server = await GatewayServer.StartAsync(
            ScriptedDirectory.Answering(_ => Status(Volume, state)));
        foreach (var version in new[] { "1.0.0", "4.9.9", "5.0.0-rc1" })
        {
            var response = await server.Http.SendWithAsync("GET", "/instance/disk/d/status", null, $"api-version: {version}");
            Assert.Equal((200, body), (response.Status, response.Body));
        }
    }

    [Fact]
    public async Task Disk_status_of_a_volume_with_a_file_is_refused_in_the_contracts_words()
    {
        var vcr = $$"""{"type":"file","id":"{{VolumeUuid}}","block_size":512,"path":"/x"}""";
        await using var server = await GatewayServer.StartAsync(
            ScriptedDirectory.Answering(_ => Status(vcr, UpstairsState.Active)));
        var response = await server.Http.SendAsync("GET", "/instance/disk/d/status");
        const string Text = "Unsupported: query_volume_info not implemented for this type";
        Assert.Equal((400, Text, Text), (response.Status, response.ErrorCode, response.Message));
    }

    [Fact]
    public async Task The_list_of_vms_says_what_each_waits_for()
    {
        Assert.True(VmName.TryParse("a", out var name));
        var list = new VmProtocol.VmList(
        [
            new(name.Value, Guid.Parse(Samples.Id), new InstanceStateSnapshot(2, InstanceState.Starting, MigrationStatuses.None), null,
                [new Waiting("disk d", "to become active", new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero), "a new VCR")],
                new VmOutcome(VmEnd.Forced, [new DiskOutcome(SpecKey.Parse("d"), Flushed: false)])),
        ]);
        await using var server = await GatewayServer.StartAsync(ScriptedDirectory.Answering(_ => list));
        const string Vm =
            """{"name":"a","id":"0e5c3b1d-6f0a-4a51-9a6b-8d2f4a8a0001","gen":2,"state":"Starting","failure_reason":null,"""
            + """
            "outcome":{"how":"forced","disks":[{"disk":"d","flushed":false}]},"waits_for":[{"who":"disk d","why":"to become active","since":"2030-01-02T03:04:05+00:00","freed_by":"a new VCR"}]}
            """;

        Assert.Equal($$"""{"vms":[{{Vm}}]}""", (await server.Http.SendAsync("GET", "/vms")).Body);
        Assert.Equal(Vm, (await server.Http.SendAsync("GET", "/vms/a/waiting")).Body);
        Assert.Equal(Vm, (await server.Http.SendAsync("GET", "/vms/a")).Body);
        Assert.Equal(424, (await server.Http.SendAsync("GET", "/vms/b/waiting")).Status);
    }

    [Fact]
    public async Task A_monitor_whose_client_goes_is_withdrawn()
    {
        var asked = new TaskCompletionSource<Guid>(TaskCreationOptions.RunContinuationsAsynchronously);
        var withdrawn = new TaskCompletionSource<Guid>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await GatewayServer.StartAsync(ScriptedDirectory.Answering(message =>
        {
            if (message is VmProtocol.Monitor m)
                asked.SetResult(m.Waiter);
            else if (message is VmProtocol.Unmonitor u)
                withdrawn.SetResult(u.Waiter);
            return null;
        }));

        using (var connection = await server.Http.ConnectAsync())
        {
            await connection.GetStream().WriteAsync(
                RawHttp.Request("GET", "/instance/state-monitor", """{"gen":9}""", "api-version: 5.0.0"));
            await asked.Task.WaitAsync(RawHttp.Patience);
        }

        Assert.Equal(await asked.Task, await withdrawn.Task.WaitAsync(RawHttp.Patience));
    }

    [Fact]
    public async Task A_monitor_outlasts_the_limit_that_the_configuration_sets_for_asks()
    {
        // The directory answers far later than that limit, which GatewayServer sets.
        var current = new InstanceStateSnapshot(9, InstanceState.Running, MigrationStatuses.None);
        await using var server = await GatewayServer.StartAsync(Props.Create(() => new LateDirectory(
            TimeSpan.FromMilliseconds(200), new VmProtocol.Monitored(current))));

        var response = await server.Http.SendAsync("GET", "/instance/state-monitor", """{"gen":9}""");

        Assert.Equal(200, response.Status);
    }

    [Fact]
    public async Task A_monitor_is_answered_when_the_service_stops()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await GatewayServer.StartAsync(ScriptedDirectory.Answering(message =>
        {
            asked.TrySetResult();
            return null;
        }));
        var monitor = server.Http.SendAsync("GET", "/instance/state-monitor", """{"gen":9}""");
        await asked.Task.WaitAsync(RawHttp.Patience);
        await server.StopHttpAsync();
        var response = await monitor.WaitAsync(RawHttp.Patience);
        Assert.Equal((503, "ServiceStopping"), (response.Status, response.ErrorCode));
    }

    /// <summary>Answers nothing, and says who asked for a snapshot.</summary>
    private sealed class HoldingDirectory : ReceiveActor
    {
        public HoldingDirectory(TaskCompletionSource<IActorRef> asked)
        {
            Receive<VmProtocol.Snapshot>(_ => asked.TrySetResult(Sender));
            ReceiveAny(static _ => { });
        }
    }

    private static VolumeProtocol.VolumeStatus Status(string vcr, UpstairsState state)
    {
        var since = new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
        SlotStatus Slot(byte slot, bool active, SlotMode? mode, SlotStep? step, string? waitingFor, string? error) => new(
            new ClientId(slot), Region: null, new IPEndPoint(IPAddress.Loopback, 9001 + slot), RepairAddress: null, active,
            mode, step, waitingFor, since, error, Attempts: 1, JobsInFlight: 0, BytesInFlight: 0, MalformedFrames: 0,
            IntegrityFailures: 0, ErrorReports: 0, InSync: active);
        var set = new RegionSetStatus(
            state, DisabledBy: null, new UpstairsId(Guid.Parse(RegionUuid)), new SessionId(Guid.Parse(VolumeUuid)),
            new Generation(3), ReadOnly: false, Encrypted: false, BlockSize: 512,
            [
                Slot(0, active: true, null, null, null, null),
                Slot(1, active: false, SlotMode.New, SlotStep.Start, "a connection to 127.0.0.1:9002", "connection refused"),
                Slot(2, active: false, SlotMode.Replaced, SlotStep.WaitQuorum, "the other servers", null),
            ],
            LastReplacement: null, JobsBuffered: 0, StaleInputs: 0, CopiesDiffered: 0);
        var record = new VolumeRecord(new VcrText(vcr), VcrRevision.First, VcrOrigin.Created, LastReplacement: null, []);
        var facts = new VolumeFacts(new VolumeId(Guid.Parse(VolumeUuid)), new VolumePhase.Idle(), record, Replacements: 0);
        return new VolumeProtocol.VolumeStatus(SpecKey.Parse("d"), facts, [set]);
    }
}
