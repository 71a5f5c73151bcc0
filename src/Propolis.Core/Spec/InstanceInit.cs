using System.Collections.Immutable;
using System.Net;

namespace Propolis.Core.Spec;

/// <summary>Where a new VM's state comes from.</summary>
public abstract record InstanceInit
{
    /// <summary>A machine that has never run.</summary>
    public sealed record FromSpec(InstanceSpec Spec) : InstanceInit;

    /// <summary>A machine that another server is running now.</summary>
    /// <param name="MigrationId">Names the migration on both sides.</param>
    /// <param name="SourceAddress">The server it runs on.</param>
    /// <param name="ReplaceComponents">Components that differ here: network volumes, NICs, failure injectors.</param>
    public sealed record MigrationTarget(
        Guid MigrationId, IPEndPoint SourceAddress, ImmutableSortedDictionary<SpecKey, Component> ReplaceComponents)
        : InstanceInit;
}
