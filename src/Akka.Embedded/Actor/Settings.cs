using Akka.Configuration;

namespace Akka.Actor;

/// <summary>What a system's configuration says, read once.</summary>
public class Settings
{
    internal Settings(Config config)
    {
        Config = config;
        LogLevel = config.GetString("akka.loglevel") ?? "INFO";
        StdoutLogLevel = config.GetString("akka.stdout-loglevel") ?? "WARNING";
        Loggers = [.. config.GetStringList("akka.loggers")];
        LogConfigOnStart = config.GetBoolean("akka.log-config-on-start");
        AskTimeout = config.GetTimeSpan("akka.actor.ask-timeout", Timeout.InfiniteTimeSpan);
        SupervisorStrategyClass = config.GetString("akka.actor.guardian-supervisor-strategy")
            ?? "Akka.Actor.DefaultSupervisorStrategy";
        SchedulerClass = config.GetString("akka.scheduler.implementation") ?? "";
        DebugUnhandledMessage = config.GetBoolean("akka.actor.debug.unhandled");
        (LogDeadLetters, LogDeadLettersDuringShutdown) = (
            config.GetString("akka.log-dead-letters") switch
            {
                "on" or "true" or "yes" => int.MaxValue,
                "off" or "false" or "no" or null => 0,
                _ => config.GetInt("akka.log-dead-letters"),
            },
            config.GetBoolean("akka.log-dead-letters-during-shutdown"));
        LogDeadLettersSuspendDuration = config.GetTimeSpan(
            "akka.log-dead-letters-suspend-duration", TimeSpan.FromMinutes(5));
        CoordinatedShutdownTerminateActorSystem = config.GetBoolean("akka.coordinated-shutdown.terminate-actor-system");
        CoordinatedShutdownRunByActorSystemTerminate =
            config.GetBoolean("akka.coordinated-shutdown.run-by-actor-system-terminate");
        if (CoordinatedShutdownRunByActorSystemTerminate && !CoordinatedShutdownTerminateActorSystem)
        {
            throw new ConfigurationException(
                "akka.coordinated-shutdown.run-by-actor-system-terminate=on with terminate-actor-system=off would leave " +
                "no way to terminate the system.");
        }
    }

    /// <summary>The merged configuration: what was given, with the defaults below it.</summary>
    public Config Config { get; }

    /// <summary>Lowest level that loggers get.</summary>
    public string LogLevel { get; }

    /// <summary>Lowest level that goes to standard output while the system starts and stops.</summary>
    public string StdoutLogLevel { get; }

    /// <summary>Names of logger classes.</summary>
    public IList<string> Loggers { get; }

    /// <summary>Whether the configuration is logged at start.</summary>
    public bool LogConfigOnStart { get; }

    /// <summary>Limit of an ask that names none; infinite by default.</summary>
    public TimeSpan AskTimeout { get; }

    /// <summary>Class of the user guardian's strategy.</summary>
    public string SupervisorStrategyClass { get; }

    /// <summary>Class of the scheduler; empty for the built-in one.</summary>
    public string SchedulerClass { get; }

    /// <summary>Whether unhandled messages are logged at debug level.</summary>
    public bool DebugUnhandledMessage { get; }

    /// <summary>How many dead letters are logged before quiet: 0 for none, the largest int for no limit.</summary>
    public int LogDeadLetters { get; }

    /// <summary>Whether dead letters are logged while the system stops.</summary>
    public bool LogDeadLettersDuringShutdown { get; }

    /// <summary>How long dead letter logging stays quiet.</summary>
    public TimeSpan LogDeadLettersSuspendDuration { get; }

    /// <summary>Whether the last phase of a coordinated shutdown stops the actors.</summary>
    public bool CoordinatedShutdownTerminateActorSystem { get; }

    /// <summary>Whether <see cref="ActorSystem.Terminate"/> is a coordinated shutdown, not just the end of the
    /// actors.</summary>
    public bool CoordinatedShutdownRunByActorSystemTerminate { get; }

    /// <inheritdoc/>
    public override string ToString() => Config.ToString();
}
