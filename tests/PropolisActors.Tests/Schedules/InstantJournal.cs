using Akka.Actor;
using PropolisActors.Journal;

namespace PropolisActors.Tests.Schedules;

/// <summary>
/// A journal that stores at once and remembers nothing. Each owner has its own, so that no two wait for the same actor: orders
/// that differ only in whose event was stored first are not worth exploring.
/// </summary>
internal sealed class InstantJournal : ReceiveActor
{
    public InstantJournal(string persistenceId, ulong attempt, IActorRef owner)
    {
        Receive<JournalProtocol.Write>(write => owner.Tell(new JournalProtocol.Written(persistenceId, attempt, write.Number)));
        owner.Tell(new JournalProtocol.Replayed(persistenceId, attempt, []));
    }

    public static Props Props(string persistenceId, ulong attempt, IActorRef owner) =>
        Akka.Actor.Props.Create(() => new InstantJournal(persistenceId, attempt, owner));
}
