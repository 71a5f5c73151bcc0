namespace Akka.Actor;

/// <summary>An envelope whose content is what the sender told.</summary>
public interface IWrappedMessage
{
    /// <summary>The content, perhaps wrapped again.</summary>
    object Message { get; }
}
