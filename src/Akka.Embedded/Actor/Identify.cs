namespace Akka.Actor;

/// <summary>Asks whoever receives it for its reference; answered by <see cref="ActorIdentity"/> without user code.</summary>
public sealed class Identify : IAutoReceivedMessage, INotInfluenceReceiveTimeout
{
    /// <summary>With an id that comes back in the answer.</summary>
    public Identify(object messageId) => MessageId = messageId;

    /// <summary>What the asker chose.</summary>
    public object MessageId { get; }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Identify other && Equals(MessageId, other.MessageId);

    /// <inheritdoc/>
    public override int GetHashCode() => MessageId?.GetHashCode() ?? 0;

    /// <inheritdoc/>
    public override string ToString() => $"<Identify>: {MessageId}";
}
