using System.Net;
using Crucible.Wire;

namespace Crucible.Core.Volumes;

/// <summary>What the host of a <see cref="VolumeMachine"/> is to do, in the order given.</summary>
public abstract record VolumeEffect
{
    /// <summary>Replace the published facts. Comes before every other effect, so that who gets an answer can read its result.</summary>
    public sealed record Publish(VolumeFacts Facts) : VolumeEffect;

    /// <summary>
    /// Make the record durable, in order of number; answered by <see cref="VolumeInput.Stored"/> or
    /// <see cref="VolumeInput.StoreFailed"/>. Other inputs may come in meanwhile.
    /// </summary>
    public sealed record Store(StoreNumber Number, VolumeRecord Record) : VolumeEffect;

    /// <summary>Activate one region set; answered by <see cref="VolumeInput.Activated"/> or <see cref="VolumeInput.Failed"/>.</summary>
    public sealed record Activate(Attempt Attempt, RegionSetIndex RegionSet, Generation Generation) : VolumeEffect;

    /// <summary>
    /// Flush and deactivate every region set; each answers <see cref="VolumeInput.Deactivated"/> or
    /// <see cref="VolumeInput.Failed"/>. Also arm the grace: <see cref="VolumeInput.GraceElapsed"/>.
    /// </summary>
    public sealed record Deactivate(Attempt Attempt) : VolumeEffect;

    /// <summary>
    /// Every region set lets go at once, whatever it is doing; its I/O fails. Answers of this attempt need no longer
    /// be sent. An <see cref="Activate"/> that follows must be obeyed.
    /// </summary>
    public sealed record Withdraw(Attempt Attempt) : VolumeEffect;

    /// <summary>Ask a region set, in whatever state it is, to change a target; answered by <see cref="VolumeInput.RegionSetReplaced"/>.</summary>
    public sealed record ReplaceTarget(VolumeRequestId Request, RegionSetIndex RegionSet, IPEndPoint Old, IPEndPoint New)
        : VolumeEffect;

    /// <summary>Tell whoever asked for a replacement.</summary>
    public sealed record Answer(VolumeRequestId Request, VolumeReplaceAnswer Result) : VolumeEffect;

    /// <summary>Tell the volume's owner.</summary>
    public sealed record Report(VolumeReport What) : VolumeEffect;
}
