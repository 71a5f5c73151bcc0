namespace Akka.Actor;

/// <summary>A decider made of pairs, tested in order by instance-of, and a default.</summary>
public class DeployableDecider : IDecider
{
    /// <summary>Decides by the pairs, then by the default.</summary>
    public DeployableDecider(Directive defaultDirective, IEnumerable<KeyValuePair<Type, Directive>> pairs)
    {
        DefaultDirective = defaultDirective;
        Pairs = [.. pairs];
    }

    /// <summary>Decides by the pairs, then by the default.</summary>
    public DeployableDecider(Directive defaultDirective, params KeyValuePair<Type, Directive>[] pairs)
        : this(defaultDirective, pairs.AsEnumerable())
    {
    }

    /// <summary>For causes that no pair fits.</summary>
    public Directive DefaultDirective { get; }

    /// <summary>The pairs in the order in which they are tested.</summary>
    public KeyValuePair<Type, Directive>[] Pairs { get; }

    /// <inheritdoc/>
    public Directive Decide(Exception cause)
    {
        foreach (var (type, directive) in Pairs)
        {
            if (type.IsInstanceOfType(cause))
                return directive;
        }
        return DefaultDirective;
    }
}
