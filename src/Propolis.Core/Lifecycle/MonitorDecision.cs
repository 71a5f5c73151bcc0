namespace Propolis.Core.Lifecycle;

/// <summary>The rule of the state monitor. Source: propolis-server API, section 7.</summary>
public static class MonitorDecision
{
    /// <summary>Decides one request, now.</summary>
    /// <param name="askedGen">The generation waited for; 0 means "whatever is current".</param>
    /// <param name="snapshot">The latest publication, or null when there never was a VM.</param>
    /// <param name="ended">Whether that was the last. It is true after a failed creation as well, where the reference
    /// would leave the caller waiting.</param>
    public static MonitorAnswer For(ulong askedGen, InstanceStateSnapshot? snapshot, bool ended) => snapshot switch
    {
        null => MonitorAnswer.NoInstance,
        _ when askedGen <= snapshot.Gen => MonitorAnswer.AnswerNow,
        _ when ended => MonitorAnswer.Gone,
        _ => MonitorAnswer.Wait,
    };
}
