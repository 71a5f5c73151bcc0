namespace PropolisActors.Gateway.Events;

/// <summary>Where a reader of events is.</summary>
internal abstract record ReaderPlace
{
    private ReaderPlace()
    {
    }

    /// <summary>New here: it wants what comes from now on, and to know which place that is.</summary>
    public sealed record Now : ReaderPlace;

    /// <summary>It has seen everything up to that id.</summary>
    /// <param name="Id">Null when what it named is no id of ours.</param>
    public sealed record Behind(EventId? Id) : ReaderPlace;
}
