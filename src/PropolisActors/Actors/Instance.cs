using Akka.Actor;
using Propolis.Core;
using Propolis.Core.Lifecycle;
using Propolis.Core.Spec;

namespace PropolisActors.Actors;

/// <summary>What a supervisor knows of the instance that bears its name now. Touched by the supervisor only.</summary>
/// <param name="number">Counts the instances that bore the name, from 1; tells their children and journals apart.</param>
/// <param name="properties">As given.</param>
/// <param name="spec">With the newest VCRs known; null when it is to come from another server.</param>
/// <param name="ensuredBy">Whoever created it and waits for an answer; nobody for one that is remembered.</param>
internal sealed class Instance(int number, InstanceProperties properties, ValidatedSpec? spec, IActorRef? ensuredBy)
{
    private IActorRef? _ensuredBy = ensuredBy;

    public int Number { get; } = number;

    public InstanceProperties Properties { get; } = properties;

    /// <summary>With the newest accepted VCRs.</summary>
    public ValidatedSpec? Spec { get; set; } = spec;

    /// <summary>Where it comes from; null for one created here.</summary>
    public InstanceInit.MigrationTarget? Arrival { get; init; }

    /// <summary>A restart of the service finds it again.</summary>
    public bool IsStored { get; set; } = spec is not null;

    /// <summary>What clients see. Null until the lifecycle has published Creating.</summary>
    public PublishedState? Published { get; set; }

    /// <summary>What they will see once it is stored.</summary>
    public PublishedState? Newest { get; set; }

    public string? FailureReason { get; set; }

    /// <summary>How it let go of its guest and its disks; null while it has not, and after a restart of the service.</summary>
    public VmOutcome? Outcome { get; set; }

    /// <summary>Why its parts could not be made, or null.</summary>
    public string? BuildFailure { get; set; }

    public ValueList<Waiting> WaitsFor { get; set; } = [];

    /// <summary>The final state has been published; only reads and a new creation are taken.</summary>
    public bool HasEnded { get; set; }

    /// <summary>
    /// Its parts are being taken down, or gone: their end is no surprise, and whatever is sent to them would not be answered.
    /// True before <see cref="HasEnded"/>, because an end is stored before it is shown.
    /// </summary>
    public bool IsEnding { get; set; }

    public IActorRef Lifecycle { get; set; } = ActorRefs.Nobody;

    public IActorRef Console { get; set; } = ActorRefs.Nobody;

    public Dictionary<SpecKey, IActorRef> Volumes { get; } = [];

    public void TellVolumes(object message)
    {
        foreach (var volume in Volumes.Values)
            volume.Tell(message);
    }

    public SpecKey? DiskOf(IActorRef volume)
    {
        foreach (var (disk, reference) in Volumes)
        {
            if (reference.Equals(volume))
                return disk;
        }

        return null;
    }

    /// <summary>Answers whoever created this instance, once.</summary>
    public void AnswerEnsure(object answer)
    {
        _ensuredBy?.Tell(answer);
        _ensuredBy = null;
    }
}
