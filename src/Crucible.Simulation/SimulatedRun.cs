using Crucible.Simulation.World;

namespace Crucible.Simulation;

/// <summary>
/// One run of one seed: some volumes with their disk servers and upstairs, first with faults, then without. It breaks
/// off at the first rule that does not hold.
/// </summary>
public sealed class SimulatedRun
{
    private const long EventsMax = 5_000_000;

    /// <summary>One seed of so many has volumes that two copies are enough for.</summary>
    private const int SeedsPerQuorumOfTwo = 4;

    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(200);
    private static readonly TimeSpan WholeLimit = TimeSpan.FromSeconds(400);
    private static readonly TimeSpan CalmAnswerLimit = TimeSpan.FromSeconds(60);

    private readonly VirtualClock _clock;
    private readonly Setting _setting;
    private readonly Network _network;
    private readonly Volume[] _volumes;
    private readonly Happening[] _schedule;
    private readonly MarkCounts _marks = new();
    private long _faults;

    private SimulatedRun(ulong seed, RunOptions options)
    {
        var random = new SeededRandom(seed);
        _clock = new VirtualClock(random.Fork());
        var climate = Climate.Draw(random);
        _setting = new Setting(_clock, new Trace(_clock, options.KeepTrace), climate, _marks);
        _network = new Network(_setting, random.Fork());
        var count = climate.Load != Load.Normal ? 1 : random.Pick([1, 1, 1, 2, 2, 3]);
        var twoAreEnough = seed % SeedsPerQuorumOfTwo == 1;
        var shapes = Enumerable.Range(0, count)
            .Select(_ => VolumeShape.Draw(random, climate.Load, twoAreEnough)).ToArray();
        _schedule = Schedule.Draw(random.Fork(), climate, shapes);
        if (_setting.Trace.Kept)
            _setting.Trace.Add($"seed {seed}: {climate}");
        _volumes = [.. shapes.Select((shape, i) =>
            new Volume(i, shape, _network, _setting, random.Fork(), options.Defect))];
        for (var i = 0; i < _schedule.Length; i++)
        {
            if (options.Keep is not { } keep || keep[i])
                Plan(_schedule[i]);
        }
    }

    /// <summary>Runs one seed to its end or to the first rule that is broken.</summary>
    public static RunOutcome Of(ulong seed, RunOptions? options = null)
    {
        options ??= RunOptions.Default;
        var run = new SimulatedRun(seed, options);
        Exception? failure = null;
        try
        {
            run.Play();
        }
        catch (Exception e)
        {
            failure = e;
        }

        return new RunOutcome(seed, failure, run._marks)
        {
            Trace = run._setting.Trace.ToString(),
            Events = run._clock.EventsRun,
            Faults = run._faults,
            VirtualTime = run._clock.Now - DateTimeOffset.UnixEpoch,
            ScheduleLength = run._schedule.Length,
        };
    }

    /// <summary>The lines of a seed's schedule, as a person reads them.</summary>
    internal static IReadOnlyList<Happening> ScheduleOf(ulong seed) =>
        new SimulatedRun(seed, RunOptions.Default)._schedule;

    private void Plan(Happening asked) => _clock.After(asked.At, () =>
    {
        if (asked.Deed >= Deed.LoseDisk || asked.Deed is Deed.Deactivate or Deed.CrashUpstairs or Deed.TakeOver)
            _setting.Trace.Add($"-- {asked}");
        if (asked.IsFault)
            _faults++;
        switch (asked.Deed)
        {
            case Deed.CutConnection:
                _network.CutSome(asked.A);
                break;
            case Deed.CutMachine:
                CutPower(server => server.MachineNumber == asked.A, asked.Lasts);
                break;
            case Deed.CutAllPower:
                CutPower(_ => true, asked.Lasts);
                if (asked.B == 0)
                    Array.ForEach(_volumes, volume => volume.CrashUpstairs(sameGeneration: false));
                break;
            default:
                _volumes[asked.Volume].Do(asked);
                break;
        }
    });

    private void CutPower(Func<DiskServer, bool> where, TimeSpan lasts) =>
        Array.ForEach(_volumes, volume => volume.CutPower(where, lasts));

    private void Play()
    {
        foreach (var volume in _volumes)
            volume.Start();
        _clock.RunUntil(_clock.Now + _setting.Climate.Duration);
        CalmDown();
        foreach (var volume in _volumes)
            BecomeWhole(volume);
        foreach (var volume in _volumes)
            UseIt(volume);
    }

    /// <summary>Faults and new requests stop; every request must be answered.</summary>
    private void CalmDown()
    {
        _setting.Trace.Add("calm");
        _setting.MayFail = false;
        _network.EndAllSilence();
        foreach (var volume in _volumes)
        {
            volume.EndFaults();
            volume.ReplaceLostDisks();
            volume.EndRivals();
        }

        foreach (var volume in _volumes)
            Await(AnswerLimit, "L4", () => volume.Newest.Guest.Outstanding == 0, volume);
    }

    /// <summary>The volume must come back to three equal copies in service with no help but a replacement.</summary>
    private void BecomeWhole(Volume volume)
    {
        Await(AnswerLimit, "L1", () => volume.Newest.Host.Incarnation is not null, volume);
        Await(WholeLimit, "L1", () => volume.IsWhole, volume);
    }

    private void UseIt(Volume volume)
    {
        var guest = volume.Newest.Guest;
        var failed = guest.Failed;
        for (var block = 0; block < volume.Shape.Blocks; block++)
            guest.Read(block, 1);
        for (var block = 0; block < volume.Shape.Blocks && !volume.Shape.ReadOnly; block++)
            guest.Write(block, 1, onlyUnwritten: false);
        guest.Flush(snapshot: null);
        for (var block = 0; block < volume.Shape.Blocks; block++)
            guest.Read(block, 1);
        Await(CalmAnswerLimit, "L4", () => guest.Outstanding == 0, volume);
        if (guest.Failed != failed)
            throw new SimulationFailure("L1", "requests fail although nothing is wrong any more");
        // A connection that was silent for good may end only now, and its copy need repair.
        Await(AnswerLimit, "Invariant 4", () => volume.Targets.All(server => server.JobCount == 0), volume);
        Await(WholeLimit, "L1", () => volume.IsWhole && volume.Newest.Host.Status().JobsBuffered == 0, volume);
        _marks.Count(Mark.CopiesCompared);
        volume.History.CopiesAgree(volume.Targets, "at the end");
    }

    private void Await(TimeSpan limit, string rule, Func<bool> condition, Volume volume)
    {
        if (_clock.EventsRun > EventsMax)
            throw new SimulationFailure("L4", $"{_clock.EventsRun} events and no end");
        if (!_clock.RunUntil(condition, _clock.Now + limit))
            throw new SimulationFailure(
                rule, $"not within {limit.TotalSeconds:0} s after faults stopped: {volume.Describe()}, "
                    + $"{volume.Newest.Guest.Outstanding} requests wait, servers hold "
                    + $"{string.Join(", ", volume.Targets.Select(server => server.JobCount))} jobs");
    }
}
