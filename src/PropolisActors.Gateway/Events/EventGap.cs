namespace PropolisActors.Gateway.Events;

/// <summary>Why a reader may have missed something; it is to read the state of everything it follows again.</summary>
internal enum EventGap
{
    /// <summary>Its id is of an earlier run of the service.</summary>
    Restarted,

    /// <summary>What came behind its id is no longer kept.</summary>
    Expired,

    /// <summary>This service never gave out such an id.</summary>
    UnknownId,
}
