using System.Globalization;
using System.Net;
using System.Text;
using Crucible.Core.Volumes;
using Crucible.Wire;
using Propolis.Core.Lifecycle;
using Propolis.Core.Spec;
using PropolisActors.Events;
using PropolisActors.Gateway.Metrics;
using PropolisActors.Metrics;
using PropolisActors.Protocols;

namespace PropolisActors.Gateway.Tests.Metrics;

/// <summary>What <c>/metrics</c> shows of what happened.</summary>
public sealed class MetricsTests : IDisposable
{
    private static readonly DateTimeOffset Begin = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly SpecKey Disk = SpecKey.Parse("disk");

    private readonly ServiceMetrics _metrics = new();
    private readonly MetricsReader _reader;

    public MetricsTests() => _reader = new MetricsReader(_metrics);

    public void Dispose()
    {
        _reader.Dispose();
        _metrics.Dispose();
    }

    [Fact]
    public void Vms_are_counted_by_state_and_a_vm_that_is_gone_is_not_counted()
    {
        State("a", 1, InstanceState.Creating);
        State("b", 1, InstanceState.Creating);
        State("b", 2, InstanceState.Starting);
        Assert.Equal(("1", "1", "0"), (Vms("Creating"), Vms("Starting"), Vms("Running")));

        _metrics.Apply(new ServiceEvent.VmGone(Name("a"), Begin));
        Assert.Equal(("0", "1"), (Vms("Creating"), Vms("Starting")));
    }

    [Fact]
    public void The_time_of_an_activation_and_of_a_replacement_is_told()
    {
        Phase("a", 0, new VolumePhase.Activating(new Crucible.Core.Volumes.Attempt(1), [new(0)]));
        Phase("a", 3, new VolumePhase.Active(new Crucible.Core.Volumes.Attempt(1)));
        Replacement(10, isInSync: false);
        Replacement(55, isInSync: true);

        Assert.Equal(("1", "3"), (
            Line("propolis_volume_activation_time_seconds_count"), Line("propolis_volume_activation_time_seconds_sum")));
        Assert.Equal(("0", "1"), (
            Line("propolis_volume_activation_time_seconds_bucket{le=\"2\"}"),
            Line("propolis_volume_activation_time_seconds_bucket{le=\"5\"}")));
        Assert.Equal(("1", "45"), (
            Line("propolis_volume_replacement_time_seconds_count"), Line("propolis_volume_replacement_time_seconds_sum")));
        Assert.Equal("1", Line("propolis_replacements_total{change=\"in_sync\"}"));
    }

    [Fact]
    public async Task What_a_guest_does_to_a_disk_is_counted_until_its_vm_is_gone()
    {
        var host = new StillHost();
        var device = Add("a", Disk, host).Around(host.Device, TimeProvider.System);
        await device.ReadAsync(0, new byte[512], default);
        await device.ReadAsync(0, new byte[1024], default);
        await device.WriteAsync(0, new byte[512], default);
        await device.FlushAsync(default);
        host.Error = new CrucibleError.Plain(CrucibleErrorKind.ModifyingReadOnlyRegion);
        await device.WriteAsync(0, new byte[512], default);
        host.Error = CrucibleError.Io("gone");
        await device.FlushAsync(default);

        var of = $"attached_instance_id=\"{Samples.Id}\",block_size=\"512\",disk_id=\"disk\",project_id=\"{Samples.Id}\",silo_id=\"{Samples.Id}\"";
        Assert.Equal(("2", "1536", "1", "512", "1"), (
            Line($"virtual_disk_reads_total{{{of}}}"), Line($"virtual_disk_bytes_read_total{{{of}}}"),
            Line($"virtual_disk_writes_total{{{of}}}"), Line($"virtual_disk_bytes_written_total{{{of}}}"),
            Line($"virtual_disk_flushes_total{{{of}}}")));
        Assert.Equal(("0", "1", "1"), (
            Line($"virtual_disk_failed_writes_total{{{of},failure_reason=\"failed\"}}"),
            Line($"virtual_disk_failed_writes_total{{{of},failure_reason=\"read-only\"}}"),
            Line($"virtual_disk_failed_flushes_total{{{of},failure_reason=\"failed\"}}")));
        Assert.Equal("1", Line("virtual_disk_io_size_bytes_bucket{io_kind=\"read\",le=\"512\"}"));
        Assert.Equal("2", Line("virtual_disk_io_latency_nanoseconds_count{io_kind=\"read\"}"));

        Phase("a", 1, new VolumePhase.Ended());
        Assert.Equal("2", Line($"virtual_disk_reads_total{{{of}}}"));
        _metrics.Apply(new ServiceEvent.VmGone(Name("a"), Begin));
        Assert.Null(Line($"virtual_disk_reads_total{{{of}}}"));
    }

    [Fact]
    public void What_live_repair_copied_and_what_waits_is_read_from_what_volumes_show()
    {
        var host = new StillHost { ExtentsRepaired = 3, JobsBuffered = 5 };
        Add("a", Disk, host);
        Assert.Contains(" 153600\n", Text().Split("propolis_repair_copied_bytes_total{")[1], StringComparison.Ordinal);
        Assert.Equal("5", Line("propolis_queue{queue=\"jobs_buffered\"}"));
        Assert.Equal("3", Line("propolis_slots{state=\"connecting\"}"));

        // Its end is no reason for the count to fall.
        Phase("a", 1, new VolumePhase.Ended());
        host.ExtentsRepaired = 0;
        Assert.Contains(" 153600\n", Text().Split("propolis_repair_copied_bytes_total{")[1], StringComparison.Ordinal);
        Assert.Equal("0", Line("propolis_queue{queue=\"jobs_buffered\"}"));
    }

    [Fact]
    public void The_number_of_series_has_a_bound_and_nothing_is_lost_beyond_it()
    {
        var host = new StillHost { ExtentsRepaired = 1 };
        for (var i = 0; i < ServiceMetrics.SeriesMax + 10; i++)
            Add("a", SpecKey.Parse(string.Create(CultureInfo.InvariantCulture, $"disk{i}")), host);

        var lines = Text().Split('\n').Where(static l => l.StartsWith("propolis_repair_copied_bytes_total{", StringComparison.Ordinal)).ToList();

        Assert.Equal(ServiceMetrics.SeriesMax + 1, lines.Count);
        Assert.Equal("512000", Line("propolis_repair_copied_bytes_total{attached_instance_id=\"other\",disk_id=\"other\"}"));
    }

    [Fact]
    public void A_reboot_is_counted_for_its_vm_and_a_new_vm_begins_at_none()
    {
        State("a", 3, InstanceState.Rebooting);
        State("a", 4, InstanceState.Running);
        State("a", 5, InstanceState.Rebooting);

        Assert.Equal("2", Line($"virtual_machine_reset_total{{instance_id=\"{Samples.Id}\"}}"));
        _metrics.Apply(new ServiceEvent.VmGone(Name("a"), Begin));
        Assert.Null(Line($"virtual_machine_reset_total{{instance_id=\"{Samples.Id}\"}}"));
    }

    [Fact]
    public void Labels_and_help_are_escaped_and_each_family_has_one_head()
    {
        _metrics.Meter.CreateCounter<long>("odd.name", null, "back\\slash\nline").Add(2, new KeyValuePair<string, object?>("a-b", "\"q\\\n"));

        Assert.Contains(
            "# HELP odd_name_total back\\\\slash\\nline\n# TYPE odd_name_total counter\nodd_name_total{a_b=\"\\\"q\\\\\\n\"} 2\n",
            Text(),
            StringComparison.Ordinal);
        var heads = Text().Split('\n').Where(static l => l.StartsWith("# TYPE ", StringComparison.Ordinal)).ToList();
        Assert.Equal(heads.Distinct(StringComparer.Ordinal), heads);
    }

    [Fact]
    public async Task Counting_an_operation_allocates_nothing()
    {
        var host = new StillHost();
        var device = Add("a", Disk, host).Around(host.Device, TimeProvider.System);
        var buffer = new byte[512];
        for (var i = 0; i < 100; i++)
            await device.ReadAsync(0, buffer, default);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            var read = device.ReadAsync(0, buffer, default);
            Assert.True(read.IsCompletedSuccessfully);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1000);
    }

    [Fact]
    public async Task The_route_serves_it_as_prometheus_text()
    {
        await using var server = await GatewayServer.StartAsync(ScriptedDirectory.Empty);

        var got = await server.Http.SendWithAsync("GET", "/metrics", null);

        Assert.Equal((200, PrometheusText.ContentType), (got.Status, got.Headers["content-type"]));
        Assert.Contains("\npropolis_vms{state=\"Running\"} 0\n", got.Body, StringComparison.Ordinal);
        Assert.Contains("kestrel_active_connections", got.Body, StringComparison.Ordinal);
        Assert.Contains("dotnet_gc_collections_total", got.Body, StringComparison.Ordinal);
    }

    private static VmName Name(string name) => VmName.TryParse(name, out var vm) ? vm.Value : throw new ArgumentException(name);

    private DiskMeter Add(string vm, SpecKey disk, StillHost host)
    {
        var id = Guid.Parse(Samples.Id);
        var vcr = ((VcrParseResult.Parsed)VcrParser.Parse(StillHost.Vcr)).Vcr;
        return _metrics.Add(
            Name(vm), disk, new InstanceProperties(id, "vm", "", new InstanceMetadata(id, id, id, "s", "m", 1)), vcr, host);
    }

    private void State(string vm, ulong gen, InstanceState state) => _metrics.Apply(new ServiceEvent.VmStateChanged(
        Name(vm), Begin, Guid.Parse(Samples.Id), new InstanceStateSnapshot(gen, state, MigrationStatuses.None), null));

    private void Phase(string vm, int second, VolumePhase phase) =>
        _metrics.Apply(new ServiceEvent.VolumeChanged(Name(vm), Begin.AddSeconds(second), Disk, phase));

    private void Replacement(int second, bool isInSync) => _metrics.Apply(new ServiceEvent.ReplacementChanged(
        Name("a"), Begin.AddSeconds(second), Disk, new RegionSlot(new RegionSetIndex(0), new ClientId(1)),
        new IPEndPoint(1, 1), new IPEndPoint(1, 2), new VcrRevision(2), isInSync));

    private string? Vms(string state) => Line($"propolis_vms{{state=\"{state}\"}}");

    private string Text() => Encoding.UTF8.GetString(_reader.Read());

    /// <summary>The value of one series; null when there is none.</summary>
    private string? Line(string series) => Text().Split('\n')
        .FirstOrDefault(line => line.StartsWith(series + " ", StringComparison.Ordinal))?[(series.Length + 1)..];
}
