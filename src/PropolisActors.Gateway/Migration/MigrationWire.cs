using System.Threading.Channels;
using Propolis.Core.Migration;

namespace PropolisActors.Gateway.Migration;

/// <summary>What is to be sent to the other server.</summary>
internal abstract record WireMessage
{
    public sealed record Word(string Text) : WireMessage;

    public sealed record Frame(MigrationFrame What) : WireMessage;
}

/// <summary>Joins the actor that stands for a link with the loops that wait for its socket.</summary>
internal sealed class MigrationWire : IDisposable
{
    /// <summary>Messages of the peer under way to the migration's actor at once.</summary>
    private const int ReceivedMax = 32;

    /// <summary>An offer's pages, and what else may come between.</summary>
    private const int UnsentMax = GuestPages.OfferPagesMax + 64;

    /// <summary>To be sent, in order; its completion closes the socket.</summary>
    public Channel<WireMessage> Unsent { get; } = Channel.CreateBounded<WireMessage>(UnsentMax);

    /// <summary>Entered before a message of the peer is handed on, released when it was taken.</summary>
    public SemaphoreSlim Room { get; } = new(ReceivedMax, ReceivedMax);

    public void Dispose() => Room.Dispose();
}
