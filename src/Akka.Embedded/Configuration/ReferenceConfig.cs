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
            # Where actors get their turns. Other blocks of this kind take from this one what they do not say.
            default-dispatcher {
              # Dispatcher, TaskDispatcher, ForkJoinDispatcher or PinnedDispatcher
              type = Dispatcher
              # default-executor and thread-pool-executor share the process's threads, fork-join-executor has its own.
              executor = default-executor
              # As many threads as processors, within these limits.
              fork-join-executor { parallelism-min = 8, parallelism-max = 64 }
              # Messages an actor may process in one turn before others get theirs.
              throughput = 30
              throughput-deadline-time = 0
            }
            default-blocking-io-dispatcher.throughput = 1
            default-mailbox.mailbox-type = "Akka.Dispatch.UnboundedMailbox"
            mailbox {
              unbounded-queue-based.mailbox-type = "Akka.Dispatch.UnboundedMailbox"
              unbounded-deque-based.mailbox-type = "Akka.Dispatch.UnboundedDequeBasedMailbox"
            }
            debug {
              receive = off
              autoreceive = off
              lifecycle = off
              unhandled = off
              event-stream = off
            }
          }
          scheduler.tick-duration = 10ms

          coordinated-shutdown {
            # Limit of a phase that states none.
            default-phase-timeout = 5s
            # Whether the last phase stops the actors.
            terminate-actor-system = on
            # Whether the last phase ends the process.
            exit-clr = off
            run-by-clr-shutdown-hook = on
            run-by-actor-system-terminate = on
            # Each: depends-on = [] (names of phases), timeout, recover = on.
            phases {
              before-service-unbind {}
              service-unbind.depends-on = [before-service-unbind]
              service-requests-done.depends-on = [service-unbind]
              service-stop.depends-on = [service-requests-done]
              before-cluster-shutdown.depends-on = [service-stop]
              cluster-sharding-shutdown-region { timeout = 10s, depends-on = [before-cluster-shutdown] }
              cluster-leave.depends-on = [cluster-sharding-shutdown-region]
              cluster-exiting { timeout = 10s, depends-on = [cluster-leave] }
              cluster-exiting-done.depends-on = [cluster-exiting]
              cluster-shutdown.depends-on = [cluster-exiting-done]
              before-actor-system-terminate.depends-on = [cluster-shutdown]
              actor-system-terminate { timeout = 10s, depends-on = [before-actor-system-terminate] }
            }
          }

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
