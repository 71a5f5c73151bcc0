using PropolisActors.Cli.Client;

namespace PropolisActors.Cli.Tests.Client;

public sealed class DiskStatusTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 10, TimeSpan.Zero);

    private const string Stuck = """
        {"volume_info":{"volume":{"sub_volumes":[{"upstairs":{
          "state":"go_active","block_size":512,"upstairs_id":"0b9b6c0e-3d1c-4f55-9a70-6a6f7c1f0001",
          "session_id":"7c7a1b1e-9c1f-4a63-8d52-5f8f7e2f3a10","generation":4,"read_only":false,"encrypted":true,
          "reconcile_in_progress":false,"live_repair_in_progress":false,
          "targets":[
            {"region_id":"11111111-1111-4111-8111-111111111111","target_addr":"127.0.0.1:1",
             "repair_addr":"127.0.0.1:4001","state":{"type":"active"},
             "waiting_for":null,"since":"2026-01-02T03:04:05Z","last_error":null},
            {"region_id":null,"target_addr":"127.0.0.1:2","repair_addr":null,
             "state":{"type":"connecting","state":"negotiating","mode":"new"},
             "waiting_for":"waits for a connection","since":"2026-01-02T03:04:05Z","last_error":"refused"},
            {"region_id":null,"target_addr":null,"repair_addr":null,
             "state":{"type":"connecting","state":"wait_quorum","mode":"new"}}]}}],
          "read_only_parent":null}}}
        """;

    [Fact]
    public void A_status_is_shown_with_each_slot_its_state_its_reason_its_time_and_its_last_error() => Assert.Equal(
        [
            "disk beta: not active",
            "└─ region set 0b9b6c0e-3d1c-4f55-9a70-6a6f7c1f0001: go_active, generation 4",
            "   ├─ slot 0 127.0.0.1:1: active, for 5.0 s (since 03:04:05 UTC)",
            "   ├─ slot 1 127.0.0.1:2: connecting (negotiating, new), for 5.0 s (since 03:04:05 UTC)",
            "   │     waits for a connection",
            "   │     last error: refused",
            "   └─ slot 2 no address: connecting (wait_quorum, new)",
        ],
        DiskStatusText.Lines("beta", DiskStatus.Parse(Stuck), Now));

    [Fact]
    public void What_a_disk_waits_for_names_the_slots_that_are_not_in_service() => Assert.Equal(
        "slot 1 waits for a connection, for 5.0 s (since 03:04:05 UTC); slot 2 connecting (wait_quorum, new)",
        DiskStatusText.WaitsFor(DiskStatus.Parse(Stuck), Now));

    [Fact]
    public void The_region_sets_of_parents_count_too()
    {
        var parent = Stuck.Replace("go_active", "active", StringComparison.Ordinal)
            .Replace("\"read_only_parent\":null", $"\"read_only_parent\":{Tree()}", StringComparison.Ordinal);

        var status = DiskStatus.Parse(parent);

        Assert.Equal(["active", "go_active"], status.RegionSets.Select(set => set.State));
        Assert.False(status.IsActive);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{"active":true}""")]
    [InlineData("""{"volume_info":{"upstairs":{"state":"active"}}}""")]
    public void An_answer_of_another_shape_is_an_error_that_says_so(string json) =>
        Assert.Throws<AnswerFormatException>(() => DiskStatus.Parse(json));

    private static string Tree() => Stuck["{\"volume_info\":".Length..^1];
}
