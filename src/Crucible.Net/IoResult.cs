using Crucible.Wire;

namespace Crucible.Net;

/// <summary>What became of one read, write or flush: done, or the error that stands in its place.</summary>
/// <remarks>The default value is success. I/O never throws for what a server or an operator can cause.</remarks>
public readonly record struct IoResult(CrucibleError? Error)
{
    public static IoResult Ok => default;

    public bool IsOk => Error is null;

    public static IoResult Failed(CrucibleError error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return new IoResult(error);
    }
}
