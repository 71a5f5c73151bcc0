using System.Net;

namespace Crucible.Wire;

/// <summary>
/// The 42 messages of protocol version 13, in wire order of members. The number of a message is in
/// <see cref="MessageKind"/>; bytes are made and read by <c>MessageCodec</c> and nowhere else.
/// </summary>
/// <remarks>
/// Lists are arrays for speed: a record compares them by reference, so compare messages by their bytes.
/// <c>Data</c> aliases the buffer a frame was read from until its owner says otherwise.
/// </remarks>
public abstract record Message(MessageKind Kind)
{
    // Negotiation.
    public sealed record HereIAm(
        uint Version, SessionIds Ids, Generation Generation, bool ReadOnly, bool Encrypted, uint[] AlternateVersions)
        : Message(MessageKind.HereIAm);

    public sealed record YesItsMe(uint Version, IPEndPoint RepairAddress) : Message(MessageKind.YesItsMe);

    public sealed record VersionMismatch(uint Version) : Message(MessageKind.VersionMismatch);

    public sealed record ReadOnlyMismatch(bool Expected) : Message(MessageKind.ReadOnlyMismatch);

    public sealed record EncryptedMismatch(bool Expected) : Message(MessageKind.EncryptedMismatch);

    public sealed record PromoteToActive(SessionIds Ids, Generation Generation) : Message(MessageKind.PromoteToActive);

    public sealed record YouAreNowActive(SessionIds Ids, Generation Generation) : Message(MessageKind.YouAreNowActive);

    public sealed record YouAreNoLongerActive(SessionIds NewIds, Generation NewGeneration)
        : Message(MessageKind.YouAreNoLongerActive);

    public sealed record UuidMismatch(Guid ExpectedId) : Message(MessageKind.UuidMismatch);

    public sealed record Ruok() : Message(MessageKind.Ruok);

    public sealed record Imok() : Message(MessageKind.Imok);

    // Reconciliation.
    public sealed record ExtentClose(ReconciliationId RepairId, ExtentId Extent) : Message(MessageKind.ExtentClose);

    public sealed record ExtentReopen(ReconciliationId RepairId, ExtentId Extent) : Message(MessageKind.ExtentReopen);

    public sealed record ExtentFlush(
        ReconciliationId RepairId, ExtentId Extent, ClientId Client, FlushNumber FlushNumber, Generation Generation)
        : Message(MessageKind.ExtentFlush);

    public sealed record ExtentRepair(
        ReconciliationId RepairId, ExtentId Extent, ClientId SourceClient, IPEndPoint SourceRepairAddress,
        ClientId[] DestinationClients)
        : Message(MessageKind.ExtentRepair);

    public sealed record RepairAckId(ReconciliationId RepairId) : Message(MessageKind.RepairAckId);

    public sealed record ExtentError(ReconciliationId RepairId, ExtentId Extent, CrucibleError Error)
        : Message(MessageKind.ExtentError);

    // Live repair.
    public sealed record ExtentLiveClose(SessionIds Ids, JobId Job, JobId[] Dependencies, ExtentId Extent)
        : Message(MessageKind.ExtentLiveClose);

    public sealed record ExtentLiveFlushClose(
        SessionIds Ids, JobId Job, JobId[] Dependencies, ExtentId Extent, FlushNumber FlushNumber, Generation Generation)
        : Message(MessageKind.ExtentLiveFlushClose);

    public sealed record ExtentLiveRepair(
        SessionIds Ids, JobId Job, JobId[] Dependencies, ExtentId Extent, ClientId SourceClient, IPEndPoint SourceRepairAddress)
        : Message(MessageKind.ExtentLiveRepair);

    public sealed record ExtentLiveReopen(SessionIds Ids, JobId Job, JobId[] Dependencies, ExtentId Extent)
        : Message(MessageKind.ExtentLiveReopen);

    public sealed record ExtentLiveNoOp(SessionIds Ids, JobId Job, JobId[] Dependencies) : Message(MessageKind.ExtentLiveNoOp);

    /// <summary>What an extent's metadata says: of the last flush that found it dirty, and whether it is dirty now.</summary>
    public readonly record struct ExtentState(Generation Generation, FlushNumber FlushNumber, bool Dirty);

    public sealed record ExtentLiveCloseAck(SessionIds Ids, JobId Job, WireResult<ExtentState> Result)
        : Message(MessageKind.ExtentLiveCloseAck);

    public sealed record ExtentLiveRepairAckId(SessionIds Ids, JobId Job, WireResult<Unit> Result)
        : Message(MessageKind.ExtentLiveRepairAckId);

    public sealed record ExtentLiveAckId(SessionIds Ids, JobId Job, WireResult<Unit> Result)
        : Message(MessageKind.ExtentLiveAckId);

    // Region metadata.
    public sealed record RegionInfoPlease() : Message(MessageKind.RegionInfoPlease);

    public sealed record RegionInfo(RegionDefinition Definition) : Message(MessageKind.RegionInfo);

    public sealed record ExtentVersionsPlease() : Message(MessageKind.ExtentVersionsPlease);

    /// <summary>One entry for each extent, in order; a peer may lie about the lengths.</summary>
    public sealed record ExtentVersions(Generation[] Generations, FlushNumber[] FlushNumbers, bool[] DirtyBits)
        : Message(MessageKind.ExtentVersions);

    /// <summary>In spite of its name it carries the id of a flush job, not a flush number.</summary>
    public sealed record LastFlush(JobId? LastFlushJob) : Message(MessageKind.LastFlush);

    // I/O.
    public sealed record Write(
        SessionIds Ids, JobId Job, JobId[] Dependencies, BlockIndex Start, BlockContext[] Contexts, ReadOnlyMemory<byte> Data)
        : Message(MessageKind.Write);

    public sealed record WriteAck(SessionIds Ids, JobId Job, WireResult<Unit> Result) : Message(MessageKind.WriteAck);

    public sealed record Flush(
        SessionIds Ids, JobId Job, JobId[] Dependencies, FlushNumber FlushNumber, Generation Generation,
        string? SnapshotName, ExtentId? ExtentLimit)
        : Message(MessageKind.Flush);

    public sealed record FlushAck(SessionIds Ids, JobId Job, WireResult<Unit> Result) : Message(MessageKind.FlushAck);

    public sealed record Barrier(SessionIds Ids, JobId Job, JobId[] Dependencies) : Message(MessageKind.Barrier);

    public sealed record BarrierAck(SessionIds Ids, JobId Job, WireResult<Unit> Result) : Message(MessageKind.BarrierAck);

    public sealed record ReadRequest(SessionIds Ids, JobId Job, JobId[] Dependencies, BlockIndex Start, ulong Count)
        : Message(MessageKind.ReadRequest);

    public sealed record ReadResponse(
        SessionIds Ids, JobId Job, WireResult<ReadBlockContext[]> Blocks, ReadOnlyMemory<byte> Data)
        : Message(MessageKind.ReadResponse);

    public sealed record WriteUnwritten(
        SessionIds Ids, JobId Job, JobId[] Dependencies, BlockIndex Start, BlockContext[] Contexts, ReadOnlyMemory<byte> Data)
        : Message(MessageKind.WriteUnwritten);

    public sealed record WriteUnwrittenAck(SessionIds Ids, JobId Job, WireResult<Unit> Result)
        : Message(MessageKind.WriteUnwrittenAck);

    public sealed record ErrorReport(SessionIds Ids, JobId Job, CrucibleError Error) : Message(MessageKind.ErrorReport);

    /// <summary>Has a number but is never sent.</summary>
    public sealed record Unknown(uint Id, ReadOnlyMemory<byte> Data) : Message(MessageKind.Unknown);
}
