namespace Akka.Actor;

/// <summary>To the parent.</summary>
public sealed class SelectParent : SelectionPathElement
{
    /// <inheritdoc/>
    public override string ToString() => "..";
}
