using Crucible.Core.Upstairs;

namespace Crucible.Simulation.World;

/// <summary>Inputs and answers of an upstairs as they appear in a trace.</summary>
internal static class HostText
{
    public static string Of(UpstairsEffect answer) => answer switch
    {
        UpstairsEffect.ReplaceAnswered { Outcome: ReplaceOutcome.Refused r } =>
            $"replacement refused: {r.Error.Describe()}",
        UpstairsEffect.ReplaceAnswered e => $"replacement {e.Outcome.GetType().Name}",
        _ => answer.GetType().Name,
    };

    public static string Of(UpstairsInput input) => input switch
    {
        UpstairsInput.Received i => $"{i.Slot} c{i.Connection.Value} gets {MessageText.Of(i.Message)}",
        UpstairsInput.Lost i => $"{i.Slot} c{i.Connection.Value} Lost: {i.Why}",
        UpstairsInput.FromSlot i => $"{i.Slot} c{i.Connection.Value} {i.GetType().Name}",
        UpstairsInput.Write i => $"{i.Request.Value} Write of {i.Data.Length} bytes at block {i.Start.Value}",
        UpstairsInput.Read i => $"{i.Request.Value} Read {i.Start.Value}+{i.Blocks}",
        UpstairsInput.Flush i => $"{i.Request.Value} Flush {i.Snapshot}",
        UpstairsInput.Activate i => $"{i.Request.Value} Activate {i.Generation}",
        UpstairsInput.Replace i => $"{i.Request.Value} Replace {i.Old.Port} by {i.New.Port}",
        _ => input.GetType().Name,
    };
}
