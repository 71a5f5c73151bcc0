using System.Threading.Channels;
using Akka.Actor;
using PropolisActors.Protocols;

namespace PropolisActors.Gateway.Serial;

/// <summary>What a console's reader hears: output, or at last the end.</summary>
internal abstract record SerialNews
{
    public sealed record Output(ReadOnlyMemory<byte> Data) : SerialNews;

    /// <summary>What the client of a display has sent; for a display's own loop, never from a console.</summary>
    public sealed record FromClient(ReadOnlyMemory<byte> Data) : SerialNews;

    /// <summary>The guest goes on at another server.</summary>
    public sealed record Moved(string Destination, ulong FromStart) : SerialNews;

    /// <summary>Nothing more will come.</summary>
    /// <param name="VmStopped">False when the reader is dropped for another reason.</param>
    public sealed record End(bool VmStopped) : SerialNews;
}

/// <summary>Stands for one WebSocket among the actors: hands on what the console sends, in order.</summary>
internal sealed class SerialReader : ReceiveActor
{
    /// <summary>A console has one output under way to a reader, and ends once.</summary>
    public const int NewsMax = 4;

    public SerialReader(ChannelWriter<SerialNews> news)
    {
        Receive<SerialProtocol.Output>(m =>
        {
            if (!news.TryWrite(new SerialNews.Output(m.Data)))
                news.TryComplete();
        });
        Receive<SerialProtocol.Moved>(m => End(news, new SerialNews.Moved(m.Destination, m.FromStart)));
        Receive<SerialProtocol.Closed>(m => End(news, new SerialNews.End(m.VmStopped)));
        Receive<Follow>(m => Context.Watch(m.Console));
        // A console that ended without a word crashed: nothing more will come.
        Receive<Terminated>(_ => End(news, new SerialNews.End(VmStopped: false)));
    }

    /// <summary>This is the console that sends.</summary>
    public sealed record Follow(IActorRef Console);

    public static Props Props(ChannelWriter<SerialNews> news) => Akka.Actor.Props.Create(() => new SerialReader(news));

    private static void End(ChannelWriter<SerialNews> news, SerialNews last)
    {
        news.TryWrite(last);
        news.TryComplete();
    }
}
