using Crucible.Wire;

namespace Crucible.Simulation.World;

/// <summary>Messages as they appear in a trace.</summary>
internal static class MessageText
{
    public static string Of(Message message) => message switch
    {
        Message.Write m => $"Write {m.Job.Value} at {m.Start.Value}+{m.Contexts.Length}{After(m.Dependencies)}",
        Message.WriteUnwritten m =>
            $"WriteUnwritten {m.Job.Value} at {m.Start.Value}+{m.Contexts.Length}{After(m.Dependencies)}",
        Message.ReadRequest m => $"Read {m.Job.Value} at {m.Start.Value}+{m.Count}{After(m.Dependencies)}",
        Message.Flush m => $"Flush {m.Job.Value} {m.FlushNumber} {m.Generation}{After(m.Dependencies)}",
        Message.Barrier m => $"Barrier {m.Job.Value}{After(m.Dependencies)}",
        Message.WriteAck m => $"WriteAck {m.Job.Value}{Result(m.Result.Error)}",
        Message.WriteUnwrittenAck m => $"WriteUnwrittenAck {m.Job.Value}{Result(m.Result.Error)}",
        Message.ReadResponse m => $"ReadResponse {m.Job.Value}{Result(m.Blocks.Error)}",
        Message.FlushAck m => $"FlushAck {m.Job.Value}{Result(m.Result.Error)}",
        Message.BarrierAck m => $"BarrierAck {m.Job.Value}{Result(m.Result.Error)}",
        Message.ErrorReport m => $"ErrorReport {m.Job.Value}{Result(m.Error)}",
        Message.LastFlush m => $"LastFlush {m.LastFlushJob?.Value}",
        Message.PromoteToActive m => $"PromoteToActive {m.Generation}",
        Message.YouAreNowActive m => $"YouAreNowActive {m.Generation}",
        Message.YouAreNoLongerActive m => $"YouAreNoLongerActive {m.NewGeneration}",
        Message.ExtentVersions m => $"ExtentVersions {Versions(m)}",
        Message.ExtentFlush m => $"ExtentFlush {m.RepairId.Value} of {m.Extent} {m.FlushNumber} {m.Generation}",
        Message.ExtentClose m => $"ExtentClose {m.RepairId.Value} of {m.Extent}",
        Message.ExtentRepair m => $"ExtentRepair {m.RepairId.Value} of {m.Extent} from {m.SourceClient}",
        Message.ExtentReopen m => $"ExtentReopen {m.RepairId.Value} of {m.Extent}",
        Message.RepairAckId m => $"RepairAckId {m.RepairId.Value}",
        Message.ExtentLiveClose m => $"ExtentLiveClose {m.Job.Value} of {m.Extent}{After(m.Dependencies)}",
        Message.ExtentLiveFlushClose m =>
            $"ExtentLiveFlushClose {m.Job.Value} of {m.Extent} {m.FlushNumber}{After(m.Dependencies)}",
        Message.ExtentLiveRepair m => $"ExtentLiveRepair {m.Job.Value} of {m.Extent}{After(m.Dependencies)}",
        Message.ExtentLiveNoOp m => $"ExtentLiveNoOp {m.Job.Value}{After(m.Dependencies)}",
        Message.ExtentLiveReopen m => $"ExtentLiveReopen {m.Job.Value} of {m.Extent}{After(m.Dependencies)}",
        Message.ExtentLiveCloseAck m => $"ExtentLiveCloseAck {m.Job.Value}{Result(m.Result.Error)}",
        Message.ExtentLiveRepairAckId m => $"ExtentLiveRepairAckId {m.Job.Value}{Result(m.Result.Error)}",
        Message.ExtentLiveAckId m => $"ExtentLiveAckId {m.Job.Value}{Result(m.Result.Error)}",
        _ => message.Kind.ToString(),
    };

    private static string After(JobId[] dependencies) =>
        dependencies.Length == 0 ? "" : $" after {string.Join(',', dependencies.Select(d => d.Value))}";

    private static string Result(CrucibleError? error) => error is null ? "" : $" failed: {error.Describe()}";

    private static string Versions(Message.ExtentVersions m) => string.Join(' ', m.Generations.Select(
        (generation, i) => $"{generation.Value}/{m.FlushNumbers[i].Value}{(m.DirtyBits[i] ? "d" : "")}"));
}
