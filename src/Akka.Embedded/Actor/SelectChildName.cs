namespace Akka.Actor;

/// <summary>To the child of one name.</summary>
public sealed class SelectChildName : SelectionPathElement
{
    /// <summary>To that child.</summary>
    public SelectChildName(string name) => Name = name;

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
