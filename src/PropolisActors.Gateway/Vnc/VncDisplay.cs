using System.Buffers;
using System.Net.WebSockets;
using System.Threading.Channels;
using Akka.Actor;
using PropolisActors.Gateway.Serial;
using PropolisActors.Protocols;

namespace PropolisActors.Gateway.Vnc;

/// <summary>One client's display: takes what the console prints and what the client sends, and sends pictures.</summary>
/// <param name="socket">For sending; somebody else receives.</param>
/// <param name="console">Null where there is no VM.</param>
/// <param name="reader">In whose name output is taken.</param>
/// <param name="options">How long sending may take.</param>
/// <param name="time">The clock.</param>
internal sealed class VncDisplay(
    WebSocket socket, IActorRef? console, IActorRef reader, GatewayOptions options, TimeProvider time)
{
    /// <summary>Ten pictures a second at most.</summary>
    private static readonly TimeSpan PictureTime = TimeSpan.FromMilliseconds(100);

    private readonly RfbSession _session = new();
    private readonly TextScreen _screen = new();
    private readonly ArrayBufferWriter<byte> _output = new();
    private readonly ArrayBufferWriter<byte> _typed = new();
    private int? _sentVersion;
    private long _sentAt;

    /// <summary>Whether a picture is to be sent as soon as its time has come.</summary>
    private bool OwesPicture => _session.Wish switch
    {
        UpdateWish.Whole => true,
        UpdateWish.WhenChanged => _sentVersion != _screen.Version,
        _ => false,
    };

    /// <summary>Runs until the news end, or the client breaks a rule.</summary>
    /// <param name="news">Of the console and of the client.</param>
    /// <param name="taken">Released for each piece of the client's.</param>
    /// <param name="over">Ends it at once.</param>
    public async Task RunAsync(ChannelReader<SerialNews> news, SemaphoreSlim taken, CancellationToken over)
    {
        RfbSession.Greet(_output);
        await SendOutputAsync(over);
        while (await NextAsync(news, over) is { HasEnded: false } next)
        {
            if (next.News is { } item && !await TakeAsync(item, taken, over))
                return;
            if (OwesPicture && PictureIsDueIn() <= TimeSpan.Zero)
                await SendPictureAsync(over);
        }
    }

    /// <summary>Waits for news, or until a picture is due.</summary>
    private async Task<(bool HasEnded, SerialNews? News)> NextAsync(ChannelReader<SerialNews> news, CancellationToken over)
    {
        if (!OwesPicture)
            return await news.WaitToReadAsync(over) && news.TryRead(out var item) ? (false, item) : (true, null);
        if (news.TryRead(out var waiting))
            return (false, waiting);
        if (PictureIsDueIn() is var wait && wait <= TimeSpan.Zero)
            return (false, null);
        using var due = new CancellationTokenSource(wait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over, due.Token);
        try
        {
            return await news.WaitToReadAsync(either.Token) && news.TryRead(out var item) ? (false, item) : (true, null);
        }
        catch (OperationCanceledException) when (!over.IsCancellationRequested)
        {
            return (false, null);
        }
    }

    /// <summary>Acts on one piece of news.</summary>
    /// <returns>False when nothing more is to be done.</returns>
    private async Task<bool> TakeAsync(SerialNews item, SemaphoreSlim taken, CancellationToken over)
    {
        switch (item)
        {
            case SerialNews.Output printed:
                _screen.Print(printed.Data.Span);
                console!.Tell(new SerialProtocol.OutputTaken(reader), ActorRefs.NoSender);
                return true;
            case SerialNews.FromClient sent:
                var isSound = _session.Take(sent.Data.Span, _output, _typed);
                taken.Release();
                if (_typed.WrittenCount > 0)
                    console?.Tell(new SerialProtocol.Input(_typed.WrittenSpan.ToArray()), ActorRefs.NoSender);
                _typed.ResetWrittenCount();
                await SendOutputAsync(over);
                return isSound;
            default:
                return false;
        }
    }

    private TimeSpan PictureIsDueIn() =>
        _sentVersion is null ? TimeSpan.Zero : PictureTime - time.GetElapsedTime(_sentAt);

    private async Task SendPictureAsync(CancellationToken over)
    {
        _session.Granted();
        (_sentVersion, _sentAt) = (_screen.Version, time.GetTimestamp());
        var band = ArrayPool<byte>.Shared.Rent(Picture.BandBytesMax);
        try
        {
            for (var i = 0; i < Picture.Bands; i++)
            {
                var length = Picture.WriteBand(_screen, i, _session.Format, band);
                await SendAsync(band.AsMemory(0, length), over);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(band);
        }
    }

    private async Task SendOutputAsync(CancellationToken over)
    {
        if (_output.WrittenCount > 0)
            await SendAsync(_output.WrittenMemory, over);
        _output.ResetWrittenCount();
    }

    private async Task SendAsync(ReadOnlyMemory<byte> data, CancellationToken over)
    {
        using var late = new CancellationTokenSource(options.SendTime, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over, late.Token);
        await socket.SendAsync(data, WebSocketMessageType.Binary, endOfMessage: true, either.Token);
    }
}
