namespace Crucible.Core.Volumes;

/// <summary>What becomes of a replacement request; everything an HTTP answer needs.</summary>
public abstract record VolumeReplaceAnswer
{
    /// <summary>The VCR is stored.</summary>
    public sealed record Accepted(VolumeReplaceResult Result) : VolumeReplaceAnswer;

    /// <summary>Nothing was changed, or (<c>gone</c> and <c>not_stored</c> only) it is not known to last.</summary>
    /// <param name="Code">Stable, in snake case.</param>
    /// <param name="Text">For people. Holds no key and no PEM member.</param>
    public sealed record Refused(VolumeRefusalKind Kind, string Code, string Text) : VolumeReplaceAnswer;
}

/// <summary>The successes of a replacement; on the wire <c>started</c>, <c>started_already</c> and so on.</summary>
public enum VolumeReplaceResult
{
    /// <summary>This request changed a target; the copy is under way.</summary>
    Started,

    /// <summary>The target had been changed before and its copy is not in sync.</summary>
    StartedAlready,

    /// <summary>The target had been changed before and its copy is in sync.</summary>
    CompletedAlready,

    /// <summary>Only generations differ, or differed when this VCR was first sent.</summary>
    VcrMatches,
}

/// <summary>What kind of refusal it is, and so which HTTP status: 400, 400, 409, 400, 410.</summary>
public enum VolumeRefusalKind
{
    MalformedVcr,

    /// <summary>The comparison with the present VCR forbids it.</summary>
    NotASuccessor,

    /// <summary>The same request can succeed later.</summary>
    Temporary,

    /// <summary>The region set forbids it.</summary>
    Permanent,

    /// <summary>The VM ended first.</summary>
    Gone,
}
