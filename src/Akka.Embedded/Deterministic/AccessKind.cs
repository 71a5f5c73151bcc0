namespace Akka.Deterministic;

/// <summary>How a step touches something another step may touch too.</summary>
internal enum AccessKind
{
    /// <summary>Puts a user message at the end of a mailbox.</summary>
    Send,

    /// <summary>Sends a system message.</summary>
    SendSystem,

    /// <summary>Takes a user message and handles it.</summary>
    Handle,

    /// <summary>Takes a system message and handles it.</summary>
    HandleSystem,

    /// <summary>Stops taking messages; what waits becomes dead letters.</summary>
    End,

    /// <summary>Reads or writes something that is no mailbox.</summary>
    Exclusive,
}
