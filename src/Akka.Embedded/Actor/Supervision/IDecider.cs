namespace Akka.Actor;

/// <summary>Maps a failure to a directive.</summary>
public interface IDecider
{
    /// <summary>The directive for the failure.</summary>
    Directive Decide(Exception cause);
}
