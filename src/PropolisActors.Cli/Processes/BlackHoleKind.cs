namespace PropolisActors.Cli.Processes;

/// <summary>How a server that is not there behaves.</summary>
public enum BlackHoleKind
{
    /// <summary>Takes every connection and never says a word.</summary>
    Silent,

    /// <summary>Nobody listens: every connection is refused.</summary>
    Closed,

    /// <summary>Takes every connection and ends it at once.</summary>
    HangsUp,
}
