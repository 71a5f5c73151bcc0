using Crucible.Core.Upstairs;

namespace Crucible.Simulation.World;

/// <summary>What every part of one run shares.</summary>
internal sealed class Setting(VirtualClock clock, Trace trace, Climate climate, MarkCounts marks)
{
    private int _hosts;
    private int _ports = 9000;

    public VirtualClock Clock => clock;

    public Trace Trace => trace;

    public Climate Climate => climate;

    public MarkCounts Marks => marks;

    /// <summary>Off when faults have stopped: from then on nothing breaks any more.</summary>
    public bool MayFail { get; set; } = true;

    public DateTimeOffset Now => clock.Now;

    public int NextHost() => ++_hosts;

    public int NextPort() => _ports++;

    public void Count(Mark mark) => marks.Count(mark);

    /// <summary>What notes of a machine are marks of the run.</summary>
    public void Count(UpstairsNote note, UpstairsState state)
    {
        Mark? mark = note switch
        {
            UpstairsNote.SlotFaulted => Mark.SlotFaulted,
            UpstairsNote.ErrorReported => Mark.ErrorReported,
            UpstairsNote.FinalFlushFailed => Mark.FinalFlushFailed,
            UpstairsNote.ReconciliationStarted when state == UpstairsState.Active => Mark.ReconciledWhileActive,
            UpstairsNote.ReconciliationStarted => Mark.ReconciliationStarted,
            UpstairsNote.ReconciliationAborted => Mark.ReconciliationInterrupted,
            UpstairsNote.RenewalStarted => Mark.RenewedToGoOnWithTwo,
            UpstairsNote.RenewalAborted => Mark.RenewalInterrupted,
            UpstairsNote.LiveRepairStarted => Mark.LiveRepairStarted,
            UpstairsNote.LiveRepairFinished => Mark.LiveRepairFinished,
            UpstairsNote.LiveRepairAborted => Mark.LiveRepairInterrupted,
            _ => null,
        };
        if (mark is { } met)
            marks.Count(met);
    }
}
