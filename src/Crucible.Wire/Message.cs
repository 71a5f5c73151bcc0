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
    /// <summary>Whoever keeps a message beyond the call that brought it holds it; see <see cref="Reusable"/>.</summary>
    public virtual void Hold()
    {
    }

    /// <summary>Lets go of it, once for each hold.</summary>
    public virtual void Release()
    {
    }

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
    /// <summary>
    /// A kind of message that a busy disk sends so often that its objects are used again. One that came from a
    /// <see cref="MessagePool"/> begins held once, and is somebody else's after the last let go; then so is the buffer
    /// that it keeps. For one made with <c>new</c>, holding means nothing.
    /// </summary>
    public abstract record Reusable : Message
    {
        private readonly MessagePool? _home;
        private SharedBuffer? _buffer;
        private int _holders;

        private protected Reusable(MessageKind kind, MessagePool? home)
            : base(kind)
        {
            _home = home;
            _holders = 1;
        }

        /// <summary>A copy is nobody's to use again.</summary>
        protected Reusable(Reusable original)
            : base(original) => _holders = 1;

        /// <summary>Keeps the buffer in which its payload lies until it is let go of. The caller's own hold stays.</summary>
        public void Keep(SharedBuffer buffer)
        {
            buffer.Hold();
            _buffer = buffer;
        }

        public override void Hold()
        {
            if (_home is not null)
                Interlocked.Increment(ref _holders);
        }

        public override void Release()
        {
            if (_home is null || Interlocked.Decrement(ref _holders) != 0)
                return;
            _buffer?.Release();
            _buffer = null;
            _home.TakeBack(this);
        }

        internal void Renew() => Volatile.Write(ref _holders, 1);
    }

    public sealed record Write : Reusable
    {
        private SessionIds _ids;
        private JobId _job;
        private JobId[] _dependencies = [];
        private BlockIndex _start;
        private BlockContext[] _contexts = [];
        private ReadOnlyMemory<byte> _data;

        public Write(
            SessionIds ids, JobId job, JobId[] dependencies, BlockIndex start, BlockContext[] contexts,
            ReadOnlyMemory<byte> data)
            : base(MessageKind.Write, home: null) => Become(ids, job, dependencies, start, contexts, data);

        internal Write(MessagePool home)
            : base(MessageKind.Write, home)
        {
        }

        public SessionIds Ids { get => _ids; init => _ids = value; }

        public JobId Job { get => _job; init => _job = value; }

        public JobId[] Dependencies { get => _dependencies; init => _dependencies = value; }

        public BlockIndex Start { get => _start; init => _start = value; }

        public BlockContext[] Contexts { get => _contexts; init => _contexts = value; }

        public ReadOnlyMemory<byte> Data { get => _data; init => _data = value; }

        /// <summary>Says something else from now on. For who took it from its pool, before anybody else has it.</summary>
        public void Become(
            in SessionIds ids, JobId job, JobId[] dependencies, BlockIndex start, BlockContext[] contexts,
            ReadOnlyMemory<byte> data) =>
            (_ids, _job, _dependencies, _start, _contexts, _data) = (ids, job, dependencies, start, contexts, data);

        internal JobId[] TakeDependencies()
        {
            var list = _dependencies;
            _dependencies = [];
            return list;
        }
    }

    public sealed record WriteAck : Reusable
    {
        private SessionIds _ids;
        private JobId _job;
        private WireResult<Unit> _result;

        public WriteAck(SessionIds ids, JobId job, WireResult<Unit> result)
            : base(MessageKind.WriteAck, home: null) => Become(ids, job, result);

        internal WriteAck(MessagePool home)
            : base(MessageKind.WriteAck, home)
        {
        }

        public SessionIds Ids { get => _ids; init => _ids = value; }

        public JobId Job { get => _job; init => _job = value; }

        public WireResult<Unit> Result { get => _result; init => _result = value; }

        /// <inheritdoc cref="Write.Become"/>
        public void Become(in SessionIds ids, JobId job, WireResult<Unit> result) =>
            (_ids, _job, _result) = (ids, job, result);
    }

    public sealed record Flush(
        SessionIds Ids, JobId Job, JobId[] Dependencies, FlushNumber FlushNumber, Generation Generation,
        string? SnapshotName, ExtentId? ExtentLimit)
        : Message(MessageKind.Flush);

    public sealed record FlushAck(SessionIds Ids, JobId Job, WireResult<Unit> Result) : Message(MessageKind.FlushAck);

    public sealed record Barrier(SessionIds Ids, JobId Job, JobId[] Dependencies) : Message(MessageKind.Barrier);

    public sealed record BarrierAck(SessionIds Ids, JobId Job, WireResult<Unit> Result) : Message(MessageKind.BarrierAck);

    public sealed record ReadRequest : Reusable
    {
        private SessionIds _ids;
        private JobId _job;
        private JobId[] _dependencies = [];
        private BlockIndex _start;
        private ulong _count;

        public ReadRequest(SessionIds ids, JobId job, JobId[] dependencies, BlockIndex start, ulong count)
            : base(MessageKind.ReadRequest, home: null) => Become(ids, job, dependencies, start, count);

        internal ReadRequest(MessagePool home)
            : base(MessageKind.ReadRequest, home)
        {
        }

        public SessionIds Ids { get => _ids; init => _ids = value; }

        public JobId Job { get => _job; init => _job = value; }

        public JobId[] Dependencies { get => _dependencies; init => _dependencies = value; }

        public BlockIndex Start { get => _start; init => _start = value; }

        public ulong Count { get => _count; init => _count = value; }

        /// <inheritdoc cref="Write.Become"/>
        public void Become(in SessionIds ids, JobId job, JobId[] dependencies, BlockIndex start, ulong count) =>
            (_ids, _job, _dependencies, _start, _count) = (ids, job, dependencies, start, count);

        internal JobId[] TakeDependencies()
        {
            var list = _dependencies;
            _dependencies = [];
            return list;
        }
    }

    public sealed record ReadResponse : Reusable
    {
        private SessionIds _ids;
        private JobId _job;
        private WireResult<ReadBlockContext[]> _blocks;
        private ReadOnlyMemory<byte> _data;

        public ReadResponse(
            SessionIds ids, JobId job, WireResult<ReadBlockContext[]> blocks, ReadOnlyMemory<byte> data)
            : base(MessageKind.ReadResponse, home: null) => Become(ids, job, blocks, data);

        internal ReadResponse(MessagePool home)
            : base(MessageKind.ReadResponse, home)
        {
        }

        public SessionIds Ids { get => _ids; init => _ids = value; }

        public JobId Job { get => _job; init => _job = value; }

        public WireResult<ReadBlockContext[]> Blocks { get => _blocks; init => _blocks = value; }

        public ReadOnlyMemory<byte> Data { get => _data; init => _data = value; }

        /// <inheritdoc cref="Write.Become"/>
        public void Become(
            in SessionIds ids, JobId job, WireResult<ReadBlockContext[]> blocks, ReadOnlyMemory<byte> data) =>
            (_ids, _job, _blocks, _data) = (ids, job, blocks, data);
    }

    public sealed record WriteUnwritten(
        SessionIds Ids, JobId Job, JobId[] Dependencies, BlockIndex Start, BlockContext[] Contexts, ReadOnlyMemory<byte> Data)
        : Message(MessageKind.WriteUnwritten);

    public sealed record WriteUnwrittenAck(SessionIds Ids, JobId Job, WireResult<Unit> Result)
        : Message(MessageKind.WriteUnwrittenAck);

    public sealed record ErrorReport(SessionIds Ids, JobId Job, CrucibleError Error) : Message(MessageKind.ErrorReport);

    /// <summary>Has a number but is never sent.</summary>
    public sealed record Unknown(uint Id, ReadOnlyMemory<byte> Data) : Message(MessageKind.Unknown);
}
