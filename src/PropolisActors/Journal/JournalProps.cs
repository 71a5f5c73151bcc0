using Akka.Actor;

namespace PropolisActors.Journal;

/// <summary>The recipe for an actor that stores the events of one owner and speaks <see cref="JournalProtocol"/>.</summary>
/// <param name="persistenceId">Whose events; the same after every start of the service.</param>
/// <param name="attempt">Named in everything it tells.</param>
/// <param name="owner">Hears of everything.</param>
public delegate Props JournalProps(string persistenceId, ulong attempt, IActorRef owner);
