namespace PropolisActors.Cli.Commands;

/// <summary>What <c>propolis simulate</c> plays.</summary>
internal enum SimulatedWorld
{
    Both,

    /// <summary>Volumes and disk servers: many small runs.</summary>
    Storage,

    /// <summary>VMs, actors, HTTP handlers, volumes and servers: fewer and larger runs.</summary>
    System,
}
