using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Akka.Actor;

/// <summary>A message and who sent it.</summary>
[StructLayout(LayoutKind.Auto)]
[SuppressMessage("Performance", "CA1815", Justification = "Never compared; the shape is Akka.NET's.")]
public readonly struct Envelope
{
    /// <summary>A message as told; a null sender stays null.</summary>
    public Envelope(object message, IActorRef? sender)
    {
        Message = message;
        Sender = sender!;
    }

    /// <summary>A message as told; a null sender becomes the system's dead letters.</summary>
    public Envelope(object message, IActorRef? sender, ActorSystem system)
        : this(message, sender ?? system.DeadLetters)
    {
    }

    /// <summary>Who sent it.</summary>
    public IActorRef Sender { get; }

    /// <summary>What was sent.</summary>
    public object Message { get; }

    /// <inheritdoc/>
    public override string ToString() => $"<{Message}> from {Sender}";
}
