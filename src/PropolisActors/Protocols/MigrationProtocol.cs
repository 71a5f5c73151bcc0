using System.Collections.Immutable;
using Akka.Actor;
using Propolis.Core.Lifecycle;
using Propolis.Core.Migration;
using Propolis.Core.Spec;

namespace PropolisActors.Protocols;

/// <summary>
/// What the actor of one end of a migration accepts, and what it tells. Its link is whatever carries messages to the peer: the
/// gateway's WebSocket, or a test.
/// </summary>
public static class MigrationProtocol
{
    // From the link.

    /// <summary>The way to the peer is open.</summary>
    public sealed record LinkOpen;

    /// <summary>The way is gone, or was never there. The last message of a link.</summary>
    public sealed record LinkLost(string Why);

    /// <summary>A text message of the peer's. Answered by <see cref="Taken"/>.</summary>
    public sealed record Word(string Text);

    /// <summary>A binary message of the peer's. Answered by <see cref="Taken"/>.</summary>
    public sealed record Frame(MigrationFrame What);

    /// <summary>What the source says of a migration, asked apart because of <see cref="AskOutcome"/>.</summary>
    public sealed record Outcome(bool Finished);

    // To the link.

    /// <summary>Go to the source. Answered by <see cref="LinkOpen"/> or <see cref="LinkLost"/>.</summary>
    public sealed record Connect(InstanceInit.MigrationTarget To);

    /// <summary>The next message may come: a few are under way at once.</summary>
    public sealed record Taken;

    public sealed record SendWord(string Text);

    public sealed record Send(MigrationFrame What);

    /// <summary>Ask the source what became of the migration until it can say. Answered by <see cref="Outcome"/>.</summary>
    public sealed record AskOutcome;

    /// <summary>Send what is left and close.</summary>
    public sealed record Close;

    // From the VM.

    /// <summary>News of the VM that leaves or comes. From its lifecycle.</summary>
    public sealed record FromVm(MigrationNews News);

    /// <summary>The VM gives the migration up. From its lifecycle, which does not wait; no answer.</summary>
    public sealed record Abort(string Reason);

    /// <summary>The parts of the VM that comes exist. From the supervisor.</summary>
    public sealed record Built(ImmutableSortedDictionary<SpecKey, IActorRef> Volumes, IActorRef Console);

    // To the supervisor.

    /// <summary>How far it is; published as the next generation.</summary>
    public sealed record Progress(MigrationDirection Direction, MigrationStatus Status);

    /// <summary>Build the VM the source describes. Answered by <see cref="Built"/> or <see cref="MigrationInput.NotDone"/>.</summary>
    public sealed record Build(InstanceSpec Source);

    /// <summary>It has told everyone; nothing more will come.</summary>
    public sealed record Over;
}
