using System.Buffers;
using Crucible.Wire;

namespace Crucible.Simulation.World;

/// <summary>
/// One connection: messages in order in each direction, each with its own delay. Also what both ends' hosts do by
/// themselves: give up a peer that has been silent for too long. Pings are not played one by one: they only matter when
/// nothing passes.
/// </summary>
internal sealed class Connection
{
    private readonly Network _network;
    private readonly Setting _setting;
    private bool _silent;
    private bool _silentForGood;
    private int _silences;

    public Connection(int number, UpstairsHost upstairs, DiskServer server, Network network, Setting setting)
    {
        (Number, Upstairs, Server, _network, _setting) = (number, upstairs, server, network, setting);
        Client = new End(setting.Now);
        Host = new End(setting.Now);
    }

    public int Number { get; }

    public UpstairsHost Upstairs { get; }

    public DiskServer Server { get; }

    /// <summary>The upstairs' end.</summary>
    public End Client { get; }

    /// <summary>The server's end.</summary>
    public End Host { get; }

    /// <summary>Nothing passes.</summary>
    public bool IsSilent => _silent;

    /// <summary>Neither end has it open.</summary>
    public bool IsOver => Client.Closed && Host.Closed;

    public void Send(End from, Message message)
    {
        if (!from.Closed)
            Pass(from, _setting.Climate.ThroughCodec ? ThroughCodec(message) : message);
    }

    /// <summary>
    /// This end closes. The other hears of it after what was sent before, or at once if its data is lost too.
    /// </summary>
    public void CloseFrom(End end)
    {
        if (end.Closed)
            return;
        end.Closed = true;
        if (_setting.MayFail && _network.Random.Chance(0.1))
            EndSoon(OtherOf(end), "reset");
        else
            Pass(end, null);
    }

    /// <summary>Everything under way is lost, and both ends hear of it.</summary>
    public void Cut()
    {
        if (IsOver)
            return;
        _setting.Trace.Add($"net: connection {Number} is cut");
        EndSoon(Client, "reset");
        EndSoon(Host, "reset");
    }

    public void Silenced(bool forGood)
    {
        _silentForGood |= forGood;
        if (_silent)
            return;
        _silent = true;
        var silence = ++_silences;
        // Each end last heard something at most one ping ago.
        var patience = ProtocolLimits.PeerSilence - _network.Random.Between(TimeSpan.Zero, ProtocolLimits.PingInterval);
        _setting.Clock.After(patience, () => GiveUp(silence, Client));
        _setting.Clock.After(patience, () => GiveUp(silence, Host));
    }

    public void SilenceOver()
    {
        if (_silentForGood)
            return;
        _silent = false;
        Release(Client);
        Release(Host);
    }

    private void Release(End end)
    {
        for (; end.Missed > 0; end.Missed--)
            Schedule(end);
    }

    private void GiveUp(int silence, End end)
    {
        if (!_silent || _silences != silence || end.Closed)
            return;
        _setting.Count(Mark.PeerGivenUpAsSilent);
        Finish(end, "silent for too long");
    }

    private End OtherOf(End end) => end == Client ? Host : Client;

    /// <summary>Sends a message, or null for the end of the stream, behind all that this end sent before.</summary>
    private void Pass(End from, Message? message)
    {
        from.UnderWay.Enqueue(message);
        if (_silent)
            from.Missed++;
        else
            Schedule(from);
    }

    /// <summary>At some moment the first message under way arrives, whichever that is by then: so none overtakes another.</summary>
    private void Schedule(End from)
    {
        var to = OtherOf(from);
        var due = _setting.Now + _network.Delay();
        to.LastDelivery = due > to.LastDelivery ? due : to.LastDelivery.AddTicks(1);
        _setting.Clock.At(to.LastDelivery, () => Deliver(from, to));
    }

    private void Deliver(End from, End to)
    {
        if (_silent)
        {
            from.Missed++;
            return;
        }

        if (!from.UnderWay.TryDequeue(out var message) || to.Cut)
            return;
        if (message is null)
            Finish(to, "closed by the peer");
        else if (!to.Closed || (to == Client && _network.Random.Chance(_setting.Climate.LateDelivery)))
            Receive(to, message);
    }

    private void Receive(End to, Message message)
    {
        if (to == Client)
            Upstairs.Received(this, message);
        else
            Server.Received(this, message);
    }

    private static Message ThroughCodec(Message message)
    {
        var bytes = new ArrayBufferWriter<byte>();
        MessageCodec.Encode(message, bytes);
        var unread = new ReadOnlySequence<byte>(bytes.WrittenMemory);
        if (FrameReader.TryTake(ref unread, out var frame) != FrameStatus.Complete || !unread.IsEmpty)
            throw new SimulationFailure("Codec", "a frame did not survive being sent");
        return MessageCodec.TryDecode(frame, out var decoded, out var error)
            ? decoded
            : throw new SimulationFailure("Codec", $"a message did not survive being sent: {error}");
    }

    private void EndSoon(End end, string why)
    {
        end.Cut = true;
        end.UnderWay.Clear();
        _setting.Clock.After(_network.Delay(), () => Finish(end, why));
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

    /// <summary>One end. <see cref="UnderWay"/> and <see cref="Missed"/> are about what it sent, the others about what comes
    /// to it.</summary>
    internal sealed class End(DateTimeOffset now)
    {
        public bool Closed { get; set; }

        /// <summary>Nothing more is delivered to it.</summary>
        public bool Cut { get; set; }

        public DateTimeOffset LastDelivery { get; set; } = now;

        /// <summary>Sent and not delivered, in order; null is the end of the stream.</summary>
        public Queue<Message?> UnderWay { get; } = new();

        /// <summary>How many of them have no moment of arrival, because nothing passed when theirs was.</summary>
        public int Missed { get; set; }
    }
}
