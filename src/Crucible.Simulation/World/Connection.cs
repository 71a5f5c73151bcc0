using System.Buffers;
using Crucible.Wire;

namespace Crucible.Simulation.World;

/// <summary>
/// One connection: frames in order in each direction, each with its own delay, as bytes of the real codec. Also what
/// both ends' hosts do by themselves: ping, and give up a peer that has been silent for too long.
/// </summary>
internal sealed class Connection
{
    private readonly Network _network;
    private readonly VirtualClock _clock;
    private readonly Trace _trace;
    private bool _silent;
    private bool _silentForGood;

    public Connection(
        int number, UpstairsHost upstairs, DiskServer server, Network network, VirtualClock clock, Trace trace)
    {
        (Number, Upstairs, Server, _network, _clock, _trace) = (number, upstairs, server, network, clock, trace);
        Client = new End("up", clock.Now);
        Host = new End("down", clock.Now);
        clock.After(ProtocolLimits.PingInterval, Tick);
    }

    public int Number { get; }

    public UpstairsHost Upstairs { get; }

    public DiskServer Server { get; }

    /// <summary>The upstairs' end.</summary>
    public End Client { get; }

    /// <summary>The server's end.</summary>
    public End Host { get; }

    /// <summary>Neither end has it open.</summary>
    public bool IsOver => Client.Closed && Host.Closed;

    public void Send(End from, Message message)
    {
        if (from.Closed)
            return;
        var bytes = new ArrayBufferWriter<byte>();
        MessageCodec.Encode(message, bytes);
        Pass(from, bytes.WrittenMemory.ToArray());
    }

    /// <summary>
    /// This end closes. The other hears of it after what was sent before, or at once if its data is lost too.
    /// </summary>
    public void CloseFrom(End end)
    {
        if (end.Closed)
            return;
        end.Closed = true;
        if (_network.MayFail && _network.Random.Chance(0.1))
            EndSoon(OtherOf(end), "reset");
        else
            Pass(end, null);
    }

    /// <summary>Everything under way is lost, and both ends hear of it.</summary>
    public void Cut()
    {
        if (IsOver)
            return;
        _trace.Add($"net: connection {Number} is cut");
        EndSoon(Client, "reset");
        EndSoon(Host, "reset");
    }

    public void Silenced(bool forGood)
    {
        _silent = true;
        _silentForGood |= forGood;
    }

    public void SilenceOver()
    {
        if (_silentForGood)
            return;
        _silent = false;
        foreach (var end in (End[])[Client, Host])
        {
            while (end.Held.TryDequeue(out var bytes))
                Pass(end, bytes);
        }
    }

    private End OtherOf(End end) => end == Client ? Host : Client;

    /// <summary>Bytes of a frame, or null for the end of the stream.</summary>
    private void Pass(End from, byte[]? bytes)
    {
        if (_silent)
        {
            from.Held.Enqueue(bytes);
            return;
        }

        var to = OtherOf(from);
        var due = _clock.Now + _network.Delay();
        to.LastDelivery = due > to.LastDelivery ? due : to.LastDelivery.AddTicks(1);
        _clock.At(to.LastDelivery, () => Deliver(from, to, bytes));
    }

    private void Deliver(End from, End to, byte[]? bytes)
    {
        if (_silent)
            from.Held.Enqueue(bytes);
        else if (to.Cut)
            return;
        else if (bytes is null)
            Finish(to, "closed by the peer");
        else if (!to.Closed || (to == Client && _network.Random.Chance(_network.LateDelivery)))
            Receive(to, bytes);
    }

    private void Receive(End to, byte[] bytes)
    {
        to.LastHeard = _clock.Now;
        var unread = new ReadOnlySequence<byte>(bytes);
        if (FrameReader.TryTake(ref unread, out var frame) != FrameStatus.Complete || !unread.IsEmpty)
            throw new SimulationFailure("Codec", "a frame did not survive being sent");
        if (!MessageCodec.TryDecode(frame, out var message, out var error))
            throw new SimulationFailure("Codec", $"a message did not survive being sent: {error}");
        if (to == Client)
            Upstairs.Received(this, message);
        else
            Server.Received(this, message);
    }

    private void EndSoon(End end, string why)
    {
        end.Cut = true;
        end.Held.Clear();
        _clock.After(_network.Delay(), () => Finish(end, why));
    }

    private void Finish(End end, string why)
    {
        if (end.Closed)
            return;
        end.Closed = true;
        // What this end had not sent yet, or what is still under way from it, goes nowhere useful.
        if (!OtherOf(end).Closed && !end.Cut)
            Pass(end, null);
        if (end == Client)
            Upstairs.ConnectionEnded(this, why);
        else
            Server.ConnectionEnded(this);
    }

    private void Tick()
    {
        foreach (var end in (End[])[Client, Host])
        {
            if (!end.Closed && _clock.Now - end.LastHeard > ProtocolLimits.PeerSilence)
                Finish(end, "silent for too long");
        }

        Send(Client, new Message.Ruok());
        if (!IsOver)
            _clock.After(ProtocolLimits.PingInterval, Tick);
    }

    /// <summary>
    /// One end. Held is what it sent while nothing passes; the other members are about what comes to it.
    /// </summary>
    internal sealed class End(string name, DateTimeOffset now)
    {
        public bool Closed { get; set; }

        /// <summary>Nothing more is delivered to it.</summary>
        public bool Cut { get; set; }

        public DateTimeOffset LastDelivery { get; set; } = now;

        public DateTimeOffset LastHeard { get; set; } = now;

        public Queue<byte[]?> Held { get; } = new();

        public override string ToString() => name;
    }
}
