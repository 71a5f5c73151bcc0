using Crucible.Core.Upstairs;
using Crucible.Core.Volumes;
using Crucible.Wire;

namespace Crucible.Core.Tests.Volumes;

public class VolumeTotalityTests
{
    private static readonly string[] Phases =
    [
        "Idle", "Activating", "HalfActivated", "Active", "Deactivating", "HalfDeactivated", "WantedAgain", "Failed", "Ended",
    ];

    private static readonly string[] Queues = ["Empty", "Asking", "AskingAndWaiting", "Storing", "StoringAndWaiting", "NotStored"];

    /// <summary>Every phase with every state of the queue takes every input, twice, and the rules hold after each.</summary>
    [Fact]
    public void Every_state_takes_every_input_and_keeps_the_rules()
    {
        var inputs = Inputs().ToList();
        foreach (var phase in Phases)
        {
            foreach (var queue in Queues)
            {
                var start = Drive.In(phase);
                var open = Fill(start, queue);
                foreach (var first in inputs)
                {
                    foreach (var second in inputs)
                        Run(start.State, [.. open], first, second);
                }
            }
        }
    }

    private static void Run(VolumeState start, List<VolumeRequestId> open, VolumeInput first, VolumeInput second)
    {
        var drive = new Drive(start);
        foreach (var input in (VolumeInput[])[first, second])
        {
            var revision = drive.State.Record.Revision;
            var asking = drive.State.InFlight as ReplacementInFlight.Asking;
            if (input is VolumeInput.Replace r)
                open.Add(r.Request);
            var effects = drive.Step(input);

            foreach (var answer in effects.OfType<VolumeEffect.Answer>())
                Assert.True(open.Remove(answer.Request), $"answered twice: {start}, {first}, {second}");
            IEnumerable<VolumeRequestId> held = drive.State.Waiting.Select(w => w.Request);
            if (drive.State.InFlight is { } inFlight)
                held = held.Append(inFlight.Request);
            Assert.Equal(open.OrderBy(id => id.Value), held.OrderBy(id => id.Value));

            if (input is VolumeInput.RegionSetReplaced answered && answered.Request != asking?.Request)
                Assert.Empty(effects);  // stale

            // The record moves only when a region set accepted, or when generations alone rose.
            if (drive.State.Record.Revision != revision && drive.State.Record.Origin == VcrOrigin.TargetChange)
                Assert.True(asking is not null && input is VolumeInput.RegionSetReplaced { Outcome: not ReplaceOutcome.Missing });
            if (drive.State.Phase is VolumePhase.Ended)
                Assert.Empty(open);
            if (input is VolumeInput.Demand { Active: var active } && drive.State.Phase is not VolumePhase.Ended)
                Assert.Equal(active, drive.State.Phase.Demanded);
        }

        drive.Step(new VolumeInput.Ending());
        Assert.Null(drive.State.InFlight);
        Assert.True(drive.State.Waiting.IsEmpty);
    }

    private static List<VolumeRequestId> Fill(Drive drive, string queue)
    {
        if (queue == "Empty" || drive.State.Phase is VolumePhase.Ended)
            return [];
        drive.Replace(1, "V(R(2;x b c), R(2;d e f))");
        if (queue.StartsWith("Storing", StringComparison.Ordinal) || queue == "NotStored")
            drive.Started(1);
        if (queue == "NotStored")
        {
            drive.Step(new VolumeInput.StoreFailed(drive.State.Stores.Issued, "the disk is full"));
            return [];
        }

        if (!queue.EndsWith("Waiting", StringComparison.Ordinal))
            return [new VolumeRequestId(1)];
        drive.Replace(2, "V(R(3;x b c), R(2;d e f))");
        return [new VolumeRequestId(1), new VolumeRequestId(2)];
    }

    private static IEnumerable<VolumeInput> Inputs()
    {
        yield return new VolumeInput.Demand(true);
        yield return new VolumeInput.Demand(false);
        yield return new VolumeInput.Ending();
        foreach (var notation in (string[])["V(R(3;x b c), R(2;d e f))", "V(R(9;a b c), R(9;d e f))", "file"])
            yield return new VolumeInput.Replace(new VolumeRequestId(7), Vcrs.Text(notation));
        yield return new VolumeInput.Replace(new VolumeRequestId(8), new VcrText("?"));
        foreach (var request in (ulong[])[1, 5])
        {
            var why = new CrucibleError.WithText(CrucibleErrorKind.ReplaceRequestInvalid, "why");
            foreach (var outcome in (ReplaceOutcome[])
                [
                    new ReplaceOutcome.Started(), new ReplaceOutcome.StartedAlready(), new ReplaceOutcome.CompletedAlready(),
                    new ReplaceOutcome.Missing(), new ReplaceOutcome.Refused(RefusalDuration.Temporary, why),
                ])
                yield return new VolumeInput.RegionSetReplaced(new VolumeRequestId(request), outcome);
        }

        foreach (var store in (ulong[])[1, 2, 3])
        {
            yield return new VolumeInput.Stored(new StoreNumber(store));
            yield return new VolumeInput.StoreFailed(new StoreNumber(store), "the disk is full");
        }

        foreach (var attempt in (Attempt[])[new(0), new(1)])
        {
            yield return new VolumeInput.GraceElapsed(attempt);
            foreach (var regionSet in (RegionSetIndex[])[new(0), new(1)])
            {
                yield return new VolumeInput.Activated(attempt, regionSet);
                yield return new VolumeInput.Failed(attempt, regionSet, Drive.Overtaken);
                yield return new VolumeInput.Deactivated(attempt, regionSet);
                yield return new VolumeInput.InSyncChanged(attempt, regionSet, [Vcrs.Address('x')]);
            }
        }
    }
}
