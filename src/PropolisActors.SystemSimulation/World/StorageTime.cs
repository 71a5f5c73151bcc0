using Akka.Deterministic;
using Crucible.Simulation.World;

namespace PropolisActors.SystemSimulation.World;

/// <summary>
/// Lets the storage world follow the actors' time: one timer of the actor system stands for the next event of the storage,
/// and all that is due then happens in one step of the system's loop.
/// </summary>
internal sealed class StorageTime
{
    private readonly DeterministicSystem _system;
    private readonly VirtualClock _clock;
    private readonly ITimer _timer;
    private DateTimeOffset _armed = DateTimeOffset.MaxValue;
    private bool _running;

    public StorageTime(DeterministicSystem system, VirtualClock clock)
    {
        (_system, _clock) = (system, clock);
        _timer = system.Time.CreateTimer(
            static self => ((StorageTime)self!).RunDue(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        clock.Added = due =>
        {
            if (!_running && due < _armed)
                Arm(due);
        };
    }

    private void RunDue()
    {
        _running = true;
        try
        {
            _clock.RunUntil(_system.Time.GetUtcNow());
        }
        finally
        {
            _running = false;
            _armed = DateTimeOffset.MaxValue;
        }

        if (_clock.NextDue is { } next)
            Arm(next);
    }

    private void Arm(DateTimeOffset due)
    {
        _armed = due;
        var wait = due - _system.Time.GetUtcNow();
        _timer.Change(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }
}
