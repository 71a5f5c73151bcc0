namespace Akka.Configuration;

/// <summary>The defaults of Akka.NET for the keys that this library reads, under the same names.</summary>
internal static class ReferenceConfig
{
    public static Config Value { get; } = ConfigurationFactory.ParseString("""
        akka {
          loglevel = INFO
          # Used while the system starts and stops, when no logger runs.
          stdout-loglevel = WARNING
          loggers = ["Akka.Event.DefaultLogger"]
          log-config-on-start = off
          # on, off or how many are logged before it goes quiet for the suspend duration.
          log-dead-letters = 10
          log-dead-letters-during-shutdown = off
          log-dead-letters-suspend-duration = 5m

          actor {
            provider = local
            ask-timeout = infinite
            guardian-supervisor-strategy = "Akka.Actor.DefaultSupervisorStrategy"
            # Messages an actor may process in one turn before others get theirs.
            default-dispatcher.throughput = 30
            debug {
              receive = off
              autoreceive = off
              lifecycle = off
              unhandled = off
              event-stream = off
            }
          }
          scheduler.tick-duration = 10ms

          persistence {
            # Actors that recover at the same time; others wait.
            max-concurrent-recoveries = 50
            journal {
              plugin = "akka.persistence.journal.inmem"
              auto-start-journals = []
              inmem.class = "Akka.Persistence.Journal.MemoryJournal, Akka.Persistence"
            }
            snapshot-store {
              plugin = "akka.persistence.snapshot-store.inmem"
              auto-start-snapshot-stores = []
              inmem.class = "Akka.Persistence.Snapshot.MemorySnapshotStore, Akka.Persistence"
            }
            # What a plugin's own block does not say.
            journal-plugin-fallback {
              # A recovery fails when nothing is heard from the storage for that long.
              recovery-event-timeout = 30s
              circuit-breaker { max-failures = 10, call-timeout = 10s, reset-timeout = 30s }
            }
            snapshot-store-plugin-fallback {
              circuit-breaker { max-failures = 5, call-timeout = 20s, reset-timeout = 60s }
            }
          }
        }
        """);
}
