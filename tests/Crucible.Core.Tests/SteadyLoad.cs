using System.Buffers;
using System.Net;
using Crucible.Core.Downstairs;
using Crucible.Core.Upstairs;
using Crucible.Wire;
using DialNumber = Crucible.Core.Upstairs.ConnectionNumber;

namespace Crucible.Core.Tests;

/// <summary>
/// One upstairs and three servers with everything between them but the sockets: both machines, their pools, and the bytes
/// of every frame. What a guest asks for is carried through to the last answer before the next is asked.
/// </summary>
internal sealed class SteadyLoad
{
    public const int BlockSize = 4096;
    public const ulong Blocks = 8 * 1024;

    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly SessionIds Ids = new(new UpstairsId(Guid.NewGuid()), new SessionId(Guid.NewGuid()));

    private readonly MessagePool _messages = new();
    private readonly BufferPool _buffers = new(bytesMax: 256L * 1024 * 1024);
    private readonly RegionSetMachine _upstairs;
    private readonly Server[] _servers;
    private readonly List<UpstairsEffect> _effects = [];
    private readonly Queue<(Server From, Message Message)> _answers = new();
    private readonly byte[] _block = new byte[BlockSize];
    private readonly BlockCipher _cipher = BlockCipher.Plain(BlockSize);
    private ulong _requests;

    public SteadyLoad()
    {
        var targets = new[] { 1, 2, 3 }.Select(port => new IPEndPoint(IPAddress.Loopback, port)).ToArray();
        var config = new RegionSetConfig(
            Ids, new Generation(1), targets, BlockSize, Blocks, 1, ReadOnly: false, TimeSpan.FromSeconds(1));
        _upstairs = new RegionSetMachine(config, Start, _messages);
        _servers = [.. targets.Select(target => new Server(this, target))];
        Run(new UpstairsInput.Activate(NextRequest(), Generation: null));
    }

    public UpstairsState State => _upstairs.State;

    /// <summary>Requests that were answered well.</summary>
    public int Answered { get; private set; }

    /// <summary>Messages that went over a wire.</summary>
    public int Frames { get; private set; }

    public void Write(ulong block)
    {
        var draft = _messages.TakeWrite();
        var buffer = _buffers.Take(BlockSize);
        draft.Keep(buffer);
        buffer.Release();
        _block.CopyTo(buffer.Bytes, 0);
        var data = buffer.Bytes.AsMemory(0, BlockSize);
        var contexts = _cipher.Seal(data.Span, nonces: [], draft.Contexts);
        draft.Become(default, default, draft.Dependencies, new BlockIndex(block), contexts, data);
        _upstairs.Write(NextRequest(), draft, Start, _effects);
        CarryOut();
    }

    public void Read(ulong block)
    {
        _upstairs.Read(NextRequest(), new BlockIndex(block), 1, Start, _effects);
        CarryOut();
    }

    public void Flush() => Run(new UpstairsInput.Flush(NextRequest()));

    private RequestId NextRequest() => new(++_requests);

    private void Run(UpstairsInput input)
    {
        _upstairs.Step(input, Start, _effects);
        CarryOut();
    }

    private void CarryOut()
    {
        do
        {
            foreach (var effect in _effects)
                CarryOut(effect);
            _upstairs.Reuse(_effects);
        }
        while (NextStep());
    }

    private bool NextStep()
    {
        if (_answers.TryDequeue(out var answer))
        {
            var isRead = answer.Message is Message.ReadResponse { Blocks.IsOk: true };
            _upstairs.Receive(
                answer.From.Slot, answer.From.Connection, answer.Message, isRead, isRead ? FaultOf(answer.Message) : null,
                Start, _effects);
            answer.Message.Release();
            return true;
        }

        if (Array.Find(_servers, static s => s.IsDialed) is not { } server)
            return false;
        server.IsDialed = false;
        _upstairs.Step(new UpstairsInput.Connected(server.Slot, server.Connection), Start, _effects);
        return true;
    }

    private CrucibleError? FaultOf(Message message)
    {
        var reply = (Message.ReadResponse)message;
        return _cipher.Open(reply.Blocks.Value, System.Runtime.InteropServices.MemoryMarshal.AsMemory(reply.Data).Span);
    }

    private void CarryOut(UpstairsEffect effect)
    {
        switch (effect)
        {
            case UpstairsEffect.Connect e:
                _servers[e.Slot.Value].Dial(e.Slot, e.Connection);
                break;
            case UpstairsEffect.Send e:
                _servers[e.Slot.Value].Receive(e.Message);
                break;
            case UpstairsEffect.IoAnswered { Error: null } or UpstairsEffect.ReadAnswered
                or UpstairsEffect.ActivationAnswered { Error: null }:
                Answered++;
                break;
        }
    }

    /// <summary>One server, with its blocks in memory.</summary>
    private sealed class Server(SteadyLoad load, IPEndPoint address)
    {
        private readonly DownstairsMachine _machine = new(
            new DownstairsSettings(
                new RegionDefinition(BlockSize, new Block(Blocks, 12), 1, new RegionId(Guid.NewGuid()), Encrypted: false),
                ReadOnly: false, address),
            stored: null, flushed: null, load._messages);

        private readonly List<DownstairsEffect> _effects = [];
        private readonly ArrayBufferWriter<byte> _wire = new(2 * BlockSize);
        private readonly byte[] _data = new byte[Blocks * BlockSize];
        private readonly ReadBlockContext[] _contexts = new ReadBlockContext[Blocks];

        public ClientId Slot { get; private set; }

        public DialNumber Connection { get; private set; }

        public bool IsDialed { get; set; }

        private Crucible.Core.Downstairs.ConnectionNumber Number => new(Connection.Value);

        public void Dial(ClientId slot, DialNumber connection)
        {
            (Slot, Connection, IsDialed) = (slot, connection, true);
            _machine.Opened(Number);
        }

        public void Receive(Message message)
        {
            var arrived = OverTheWire(message);
            _machine.Received(Number, arrived, _effects);
            for (var i = 0; i < _effects.Count; i++)
            {
                // Carrying one out may add more, which is what the index is for.
                if (_effects[i] is DownstairsEffect.Send send)
                {
                    load._answers.Enqueue((this, OverTheWire(send.Message)));
                    send.Message.Release();
                }
                else if (_effects[i] is DownstairsEffect.Execute execute)
                {
                    _machine.WorkDone(execute.Number, Do(execute.Work), _effects);
                }
            }

            _machine.Reuse(_effects);
            arrived.Release();
        }

        /// <summary>The message as its receiver decodes it, its payload in a buffer of its own.</summary>
        private Message OverTheWire(Message message)
        {
            load.Frames++;
            _wire.ResetWrittenCount();
            MessageCodec.Encode(message, _wire);
            var buffer = load._buffers.Take(_wire.WrittenCount);
            _wire.WrittenSpan.CopyTo(buffer.Bytes);
            var rest = (ReadOnlyMemory<byte>)buffer.Bytes.AsMemory(0, _wire.WrittenCount);
            if (FrameReader.TryTake(ref rest, out var frame, out _) != FrameStatus.Complete
                || !MessageCodec.TryDecode(frame, load._messages, out var arrived, out _))
                throw new InvalidOperationException("a frame does not come back");
            if (arrived is Message.Write or Message.ReadResponse)
                ((Message.Reusable)arrived).Keep(buffer);
            buffer.Release();
            return arrived;
        }

        private StorageResult Do(StorageWork work)
        {
            switch (work)
            {
                case StorageWork.ReadVersions:
                    return new StorageResult.Versions([default]);
                case StorageWork.Perform { Message: Message.Write m }:
                    if (m.Contexts[0].Hash != BlockHash.Plain(m.Data.Span))
                        throw new InvalidOperationException("a payload does not come back");
                    m.Data.CopyTo(_data.AsMemory((int)m.Start.Value * BlockSize));
                    _contexts[m.Start.Value] = ReadBlockContext.OfUnencrypted(m.Contexts[0].Hash);
                    return StorageResult.Done.Instance;
                case StorageWork.Perform { Message: Message.ReadRequest m } perform:
                    return perform.AnsweredBy(Read(m));
                default:
                    return StorageResult.Done.Instance;
            }
        }

        private Message.ReadResponse Read(Message.ReadRequest read)
        {
            var reply = load._messages.TakeReadResponse();
            var contexts = reply.Blocks.Value is { Length: 1 } used ? used : new ReadBlockContext[1];
            contexts[0] = _contexts[read.Start.Value];
            reply.Become(
                read.Ids, read.Job, WireResult<ReadBlockContext[]>.Ok(contexts),
                _data.AsMemory((int)read.Start.Value * BlockSize, BlockSize));
            return reply;
        }
    }
}
