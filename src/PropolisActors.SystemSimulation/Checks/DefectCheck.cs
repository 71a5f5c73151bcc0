using Akka.Actor;
using Crucible.Simulation;
using Microsoft.Extensions.Logging;
using Error = Akka.Event.Error;

namespace PropolisActors.SystemSimulation.Checks;

/// <summary>
/// Listens to what the actors and the HTTP handlers log: an error is a defect of ours, met and survived, and fails the run.
/// </summary>
internal sealed class DefectCheck : ILoggerProvider
{
    private string? _first;
    private SimulationFailure? _failure;

    /// <summary>Begins to hear what is logged in that system.</summary>
    public void Listen(ActorSystem system) =>
        system.EventStream.Subscribe(system.ActorOf(Props.Create(() => new Listener(this)), "defects"), typeof(Error));

    /// <summary>To be asked after every stretch of a run.</summary>
    /// <exception cref="SimulationFailure">An error was logged.</exception>
    public void ThrowIfAny()
    {
        if (_failure is { } failure)
            throw failure;
        if (_first is { } first)
            throw new SimulationFailure("Defect", first);
    }

    /// <summary>A rule did not hold where nobody waits for the outcome.</summary>
    public void Note(SimulationFailure failure) => _failure ??= failure;

    public ILogger CreateLogger(string categoryName) => new ErrorLog(this, categoryName);

    public void Dispose()
    {
    }

    private void Note(string what) => _first ??= what;

    private sealed class Listener : UntypedActor
    {
        private readonly DefectCheck _check;

        public Listener(DefectCheck check) => _check = check;

        protected override void OnReceive(object message)
        {
            if (message is Error error)
                _check.Note($"{error.LogSource}: {error.Message} {error.Cause}");
        }
    }

    private sealed class ErrorLog(DefectCheck check, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                check.Note($"{category}: {formatter(state, exception)} {exception}");
        }
    }
}
