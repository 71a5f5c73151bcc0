namespace Propolis.Core.Lifecycle;

/// <summary>What to do with a request that waits for a generation.</summary>
public enum MonitorAnswer
{
    /// <summary>Answer with the current snapshot, which may be of a later generation.</summary>
    AnswerNow,

    /// <summary>Ask again at the next publication, and when the VM ends.</summary>
    Wait,

    /// <summary>The generation will never come: 410.</summary>
    Gone,

    /// <summary>There never was a VM: 424.</summary>
    NoInstance,
}
