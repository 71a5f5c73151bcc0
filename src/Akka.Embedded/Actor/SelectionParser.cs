namespace Akka.Actor;

/// <summary>Reads the textual form of selections.</summary>
internal static class SelectionParser
{
    /// <summary>The selection a text means.</summary>
    /// <param name="system">The system asked.</param>
    /// <param name="relativeTo">Where a path without a leading slash begins.</param>
    /// <param name="path">Absolute with or without an address, or relative.</param>
    public static ActorSelection Parse(ActorSystemImpl system, IInternalActorRef relativeTo, string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (path.Contains("://", StringComparison.Ordinal))
        {
            if (!Address.TryTake(path, out var address, out var rest))
                throw new UriFormatException($"Can not parse the path of a selection: {path}");
            return address.Equals(system.RootGuardian.Path.Address)
                ? new ActorSelection(system.RootGuardian, Steps(rest))
                : new ActorSelection(new MissingActorRef(system, new RootActorPath(address)), Steps(rest));
        }
        return path.StartsWith('/')
            ? new ActorSelection(system.RootGuardian, Steps(path))
            : new ActorSelection(relativeTo, Steps(path));
    }

    private static List<SelectionPathElement> Steps(string path)
    {
        var hash = path.IndexOf('#', StringComparison.Ordinal);
        var elements = (hash < 0 ? path : path[..hash]).Split('/', StringSplitOptions.RemoveEmptyEntries);
        var steps = new List<SelectionPathElement>(elements.Length);
        foreach (var element in elements)
        {
            if (element == "**" && steps.Count != elements.Length - 1)
                throw new IllegalActorNameException("Double wildcard can only appear at the last path entry");
            steps.Add(element switch
            {
                ".." => new SelectParent(),
                _ when element.AsSpan().ContainsAny('*', '?') => new SelectChildPattern(element),
                _ => new SelectChildName(element),
            });
        }
        return steps;
    }
}
