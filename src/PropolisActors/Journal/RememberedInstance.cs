using System.Collections.Immutable;
using System.Diagnostics;
using Propolis.Core.Lifecycle;
using Propolis.Core.Spec;

namespace PropolisActors.Journal;

/// <summary>The newest instance of a VM's name, as the journal tells of it.</summary>
/// <param name="Number">Counts the instances that bore the name, from 1.</param>
/// <param name="Properties">As given.</param>
/// <param name="Spec">With the VCRs it was created with.</param>
/// <param name="Last">What it published last; null when it was created and nothing more is known.</param>
public sealed record RememberedInstance(
    int Number, InstanceProperties Properties, ValidatedSpec Spec, JournalEvent.StatePublished? Last)
{
    /// <summary>Why an instance ended that was still alive when its service did.</summary>
    public const string Restarted = "service restarted";

    /// <summary>It had ended before its service did.</summary>
    public bool HasEnded => Last is { State: InstanceState.Destroyed or InstanceState.Failed };

    /// <summary>What is true of it now, and is to be published: its guest is gone with the service that ran it.</summary>
    public JournalEvent.StatePublished Now(DateTimeOffset at) => HasEnded
        ? Last!
        : new JournalEvent.StatePublished((Last?.Gen ?? 0) + 1, InstanceState.Failed, at, Restarted);

    /// <summary>Reads it from a VM's events, oldest first; null when no instance was ever created.</summary>
    public static RememberedInstance? Of(ImmutableArray<JournalEvent> events) =>
        events.Aggregate((RememberedInstance?)null, static (known, @event) => (known, @event) switch
        {
            (_, JournalEvent.InstanceEnsured e) => new RememberedInstance(e.Number, e.Properties, e.Spec, Last: null),
            ({ } instance, JournalEvent.StatePublished e) => instance with { Last = e },
            _ => throw new UnreachableException($"{@event} after {known}"),
        });
}
