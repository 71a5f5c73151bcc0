namespace Crucible.Core.Upstairs;

/// <summary>What a job does.</summary>
internal enum JobKind
{
    Read,
    Write,
    WriteUnwritten,
    Flush,
    Barrier,
}
