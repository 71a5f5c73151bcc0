namespace Akka.Actor;

/// <summary>A decider made of any function.</summary>
public class LocalOnlyDecider : IDecider
{
    private readonly Func<Exception, Directive> _decide;

    /// <summary>Decides by the function.</summary>
    public LocalOnlyDecider(Func<Exception, Directive> decider) => _decide = decider;

    /// <inheritdoc/>
    public Directive Decide(Exception cause) => _decide(cause);
}
