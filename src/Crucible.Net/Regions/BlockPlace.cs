namespace Crucible.Net.Regions;

/// <summary>Where a block is kept.</summary>
/// <param name="File">Its extent's file.</param>
/// <param name="DataOffset">In bytes from the start of the file.</param>
/// <param name="ContextOffset">Of its first context slot.</param>
/// <param name="SecondContextOffset">Of its second context slot.</param>
/// <param name="IsInJournal">The file is older than the journal for this block.</param>
public sealed record BlockPlace(
    string File, long DataOffset, long ContextOffset, long SecondContextOffset, bool IsInJournal);
