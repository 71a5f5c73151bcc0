namespace Crucible.Core.Volumes;

/// <summary>What a volume of another server, made for the same disk, is to become before it takes the disk over.</summary>
public abstract record VcrHandOver
{
    /// <summary>These VCRs one after another, each a legal successor of the one before; none when it is right already.</summary>
    public sealed record Take(ValueList<VcrText> Steps) : VcrHandOver;

    /// <summary>It is not the same disk, or not a legal successor.</summary>
    /// <param name="Why">For people; holds no key.</param>
    public sealed record Refused(string Why) : VcrHandOver;
}
