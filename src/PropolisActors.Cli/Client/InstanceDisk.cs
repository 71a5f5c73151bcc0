namespace PropolisActors.Cli.Client;

/// <summary>A network disk in a request that creates a VM.</summary>
/// <param name="Id">The key of its storage backend: the name that status and replacement requests use.</param>
/// <param name="Vcr">Its construction request as JSON text.</param>
public sealed record InstanceDisk(string Id, string Vcr)
{
    /// <summary>The key of the device the guest sees, which must differ from its backend's.</summary>
    public string Device => $"{Id}-device";

    /// <summary>Leaves the construction request out: it may hold keys.</summary>
    public override string ToString() => $"disk {Id}";
}
