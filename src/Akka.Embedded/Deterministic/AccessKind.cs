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

    /// <summary>Handles the waiting system messages.</summary>
    HandleSystem,

    /// <summary>Reads or writes something that is no mailbox.</summary>
    Exclusive,
}
