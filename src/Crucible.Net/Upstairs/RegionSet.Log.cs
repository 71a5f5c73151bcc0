using Crucible.Core.Upstairs;
using Crucible.Wire;
using Microsoft.Extensions.Logging;

namespace Crucible.Net.Upstairs;

public sealed partial class RegionSet
{
    /// <summary>How each slot was lost last, as it was logged; null when something else was said of it since.</summary>
    private readonly string?[] _lost = new string?[ProtocolLimits.Slots];

    private void Log(UpstairsEffect.Note note)
    {
        var slot = note.Slot is { } s ? s.Value : -1;
        var lost = note.Kind == UpstairsNote.SlotLost ? note.Text : null;
        var isRepeat = slot >= 0 && lost is not null && lost == _lost[slot];
        if (slot >= 0)
            _lost[slot] = lost;
        switch (note.Kind)
        {
            // A server that is away is away at every attempt, for every disk it has: that is said once.
            case var _ when isRepeat:
                LogRepeat(_options.Id, slot, note.Kind, note.Text);
                break;
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

    [LoggerMessage(EventId = 2105, Level = LogLevel.Debug, Message = "Region set {Id}, slot {Slot}: {Kind} again, {Text}")]
    private partial void LogRepeat(UpstairsId id, int slot, UpstairsNote kind, string text);

    [LoggerMessage(EventId = 2104, Level = LogLevel.Critical, Message = "Region set {Id}: its loop failed and it ends")]
    private partial void LogLoopFailed(UpstairsId id, Exception error);
}
