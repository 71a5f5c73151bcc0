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
        }
        """);
}
