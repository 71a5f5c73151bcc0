namespace Akka.Actor;

/// <summary>Whoever lives at a path, looked up anew for every message.</summary>
public class ActorSelection : ICanTell
{
    internal ActorSelection(IActorRef anchor, IReadOnlyList<SelectionPathElement> path)
    {
        Anchor = anchor;
        Path = [.. path];
    }

    /// <summary>Where the steps begin.</summary>
    public IActorRef Anchor { get; }

    /// <summary>The steps.</summary>
    public SelectionPathElement[] Path { get; }

    /// <summary>The steps as text, beginning with a slash.</summary>
    public string PathString => "/" + string.Join('/', Path.Select(element => element.ToString()));

    /// <inheritdoc/>
    public void Tell(object message, IActorRef? sender = null)
    {
        ArgumentNullException.ThrowIfNull(message);
        Deliver((IInternalActorRef)Anchor, 0, message, sender ?? ActorCell.CurrentSelfOrNoSender, fannedOut: false);
    }

    /// <summary>The reference of the one actor selected.</summary>
    /// <exception cref="ActorNotFoundException">Nobody is there, or nobody answered in time.</exception>
    public Task<IActorRef> ResolveOne(TimeSpan timeout) => ResolveOne(timeout, CancellationToken.None);

    /// <summary>As above; cancelling ends the wait.</summary>
    public async Task<IActorRef> ResolveOne(TimeSpan timeout, CancellationToken ct)
    {
        try
        {
            var identity = await this.Ask<ActorIdentity>(new Identify(this), timeout, ct).ConfigureAwait(false);
            return identity.Subject
                ?? throw new ActorNotFoundException($"subject was null: no actor at {Anchor.Path}{PathString}");
        }
        catch (AskTimeoutException cause)
        {
            throw new ActorNotFoundException($"Did not resolve {Anchor.Path}{PathString} in time", cause);
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"ActorSelection[Anchor({Anchor.Path}), Path({PathString})]";

    private void Deliver(IInternalActorRef at, int step, object message, IActorRef? sender, bool fannedOut)
    {
        if (step == Path.Length)
        {
            // On its way here it looked at lists of children that belong to others.
            at.System.Observer?.TouchedAll();
            at.Tell(message, sender);
            return;
        }
        switch (Path[step])
        {
            case SelectParent:
                // The root is its own parent, so that no path leads out of the system.
                Deliver(at.Parent as IInternalActorRef ?? at, step + 1, message, sender, fannedOut);
                break;
            case SelectChildName { Name: var name }:
                if (at.Child(name) is IInternalActorRef child)
                    Deliver(child, step + 1, message, sender, fannedOut);
                else
                    Miss(at, step, message, sender, fannedOut);
                break;
            case SelectChildPattern { PatternStr: "**" }:
                foreach (var descendant in Descendants(at))
                    descendant.Tell(message, sender);
                break;
            case SelectChildPattern pattern:
                DeliverToAll(at, pattern, step, message, sender, fannedOut);
                break;
        }
    }

    private void DeliverToAll(
        IInternalActorRef at, SelectChildPattern pattern, int step, object message, IActorRef? sender, bool fannedOut)
    {
        var fitting = at.Children.Where(child => pattern.Fits(child.Path.Name)).OfType<IInternalActorRef>().ToArray();
        if (fitting.Length == 0)
            Miss(at, step, message, sender, fannedOut);
        foreach (var child in fitting)
            Deliver(child, step + 1, message, sender, fannedOut: true);
    }

    private void Miss(IInternalActorRef at, int step, object message, IActorRef? sender, bool fannedOut)
    {
        var missing = new MissingActorRef(
            at.System, at.Path / Path.Skip(step).Select(element => element.ToString()!));
        if (message is Identify || !fannedOut)
            missing.Tell(message, sender);
    }

    private static IEnumerable<IActorRef> Descendants(IInternalActorRef at)
    {
        foreach (var child in at.Children)
        {
            yield return child;
            if (child is not IInternalActorRef inner)
                continue;
            foreach (var descendant in Descendants(inner))
                yield return descendant;
        }
    }
}
