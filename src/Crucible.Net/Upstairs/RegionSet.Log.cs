using Crucible.Core.Upstairs;
using Crucible.Wire;
using Microsoft.Extensions.Logging;

namespace Crucible.Net.Upstairs;

public sealed partial class RegionSet
{
    private void Log(UpstairsEffect.Note note)
    {
        var slot = note.Slot is { } s ? s.Value : -1;
        switch (note.Kind)
        {
            case UpstairsNote.CopiesDiffer or UpstairsNote.IntegrityFailure or UpstairsNote.FinalFlushFailed:
                LogDataAtRisk(_options.Id, slot, note.Kind, note.Text);
                break;
            case UpstairsNote.SlotLost or UpstairsNote.SlotFaulted or UpstairsNote.ErrorReported or UpstairsNote.ForeignReply
                or UpstairsNote.ReconciliationAborted or UpstairsNote.LiveRepairAborted or UpstairsNote.QuorumTaken:
                LogTrouble(_options.Id, slot, note.Kind, note.Text);
                break;
            default:
                LogChange(_options.Id, slot, note.Kind, note.Text);
                break;
        }
    }

    [LoggerMessage(EventId = 2101, Level = LogLevel.Information, Message = "Region set {Id}, slot {Slot}: {Kind}, {Text}")]
    private partial void LogChange(UpstairsId id, int slot, UpstairsNote kind, string text);

    [LoggerMessage(EventId = 2102, Level = LogLevel.Warning, Message = "Region set {Id}, slot {Slot}: {Kind}, {Text}")]
    private partial void LogTrouble(UpstairsId id, int slot, UpstairsNote kind, string text);

    [LoggerMessage(EventId = 2103, Level = LogLevel.Error, Message = "Region set {Id}, slot {Slot}: {Kind}, {Text}")]
    private partial void LogDataAtRisk(UpstairsId id, int slot, UpstairsNote kind, string text);

    [LoggerMessage(EventId = 2104, Level = LogLevel.Critical, Message = "Region set {Id}: its loop failed and it ends")]
    private partial void LogLoopFailed(UpstairsId id, Exception error);
}
