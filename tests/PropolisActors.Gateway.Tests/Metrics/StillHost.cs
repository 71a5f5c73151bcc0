using System.Collections.Immutable;
using System.Net;
using Crucible.Core.Upstairs;
using Crucible.Core.Volumes;
using Crucible.Net;
using Crucible.Net.Upstairs;
using Crucible.Wire;
using PropolisActors.Volumes;

namespace PropolisActors.Gateway.Tests.Metrics;

/// <summary>A data path that answers everything at once and shows what the test says.</summary>
internal sealed class StillHost : IVolumeHost, IBlockDevice
{
    /// <summary>One region with extents of 51 200 bytes.</summary>
    public const string Vcr = """
        {"type":"volume","id":"11111111-1111-4111-8111-111111111111","block_size":512,"read_only_parent":null,"sub_volumes":[
         {"type":"region","block_size":512,"blocks_per_extent":100,"extent_count":4,"gen":1,"opts":{
          "id":"22222222-2222-4222-8222-222222222222","target":["127.0.0.1:1","127.0.0.1:2","127.0.0.1:3"],
          "lossy":false,"read_only":false}}]}
        """;

    public IBlockDevice Device => this;

    /// <summary>What every operation ends with; null for success.</summary>
    public CrucibleError? Error { get; set; }

    public ulong ExtentsRepaired { get; set; }

    public int JobsBuffered { get; set; }

    public ulong BlockSizeBytes => 512;

    public ulong SizeBytes => 512 * 400;

    public bool ReadOnly => false;

    public ImmutableArray<RegionSetStatus> Status =>
    [
        new RegionSetStatus(
            UpstairsState.GoActive, null, new UpstairsId(Guid.Empty), new SessionId(Guid.Empty), new Generation(1), false, false, 512,
            [Slot(0), Slot(1) with { ExtentsRepaired = ExtentsRepaired }, Slot(2)], null, JobsBuffered, 0, 0),
    ];

    public ValueTask<IoResult> ReadAsync(ulong offsetBytes, Memory<byte> destination, CancellationToken ct) => new(new IoResult(Error));

    public ValueTask<IoResult> WriteAsync(ulong offsetBytes, ReadOnlyMemory<byte> data, CancellationToken ct) => new(new IoResult(Error));

    public ValueTask<IoResult> FlushAsync(CancellationToken ct) => new(new IoResult(Error));

    public Task<ActivationResult> ActivateAsync(RegionSetIndex regionSet, Generation generation, CancellationToken ct) =>
        Task.FromResult(new ActivationResult(null));

    public Task DeactivateAsync(RegionSetIndex regionSet, TimeSpan grace) => Task.CompletedTask;

    public Task<ReplaceOutcome> ReplaceAsync(RegionSetIndex regionSet, IPEndPoint old, IPEndPoint replacement) =>
        Task.FromResult<ReplaceOutcome>(new ReplaceOutcome.Started());

    public Task<IoResult> SnapshotAsync(RegionSetIndex regionSet, string name, TimeSpan deadline) => Task.FromResult(IoResult.Ok);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static SlotStatus Slot(byte slot) => new(
        new ClientId(slot), null, new IPEndPoint(IPAddress.Loopback, slot + 1), null, false, SlotMode.New, SlotStep.Start, null,
        DateTimeOffset.UnixEpoch, null, 0, 0, 0, 0, 0, 0, false);
}
