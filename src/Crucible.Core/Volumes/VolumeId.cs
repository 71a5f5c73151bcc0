namespace Crucible.Core.Volumes;

/// <summary>The id of a volume node; of the top node it is the disk's id.</summary>
public readonly record struct VolumeId(Guid Value)
{
    public override string ToString() => Value.ToString();
}
