using System.Globalization;
using Akka.Actor;
using Akka.Dispatch;

namespace Akka.Deterministic;

/// <summary>Writes what a step does into the trace and its footprint, and notices threads that do not belong.</summary>
internal sealed class StepRecorder(DeterministicDispatcher loop) : IStepObserver
{
    private readonly HashSet<Type> _unordered = [];
    private Footprint? _current;

    /// <summary>From here on, what happens belongs to this step.</summary>
    public Footprint Begin(Step step) => _current = new Footprint(step.TouchesAll);

    public void IgnoreOrderOf(Type message) => _unordered.Add(message);

    public void End() => _current = null;

    public void Sent(ActorCell target, object message)
    {
        if (IsOurThread(message, target) && !_unordered.Contains(message.GetType()))
            _current?.Add(Mailbox(target), AccessKind.Send);
    }

    public void SentSystem(ActorCell target, SystemMessage message)
    {
        if (IsOurThread(message, target))
            _current?.Add(Mailbox(target), AccessKind.SendSystem);
    }

    public void Handling(ActorCell actor, object message)
    {
        if (!loop.Trace.IsOff)
            loop.Trace.Add(loop.Elapsed, $"  {DeterministicDispatcher.NameOf(message)}");
        _current?.Add(Mailbox(actor), AccessKind.Handle);
    }

    public void HandlingSystem(ActorCell actor, SystemMessage message)
    {
        if (!loop.Trace.IsOff)
            loop.Trace.Add(loop.Elapsed, $"  ({DeterministicDispatcher.NameOf(message)})");
        _current?.Add(Mailbox(actor), AccessKind.HandleSystem);
    }

    public void Ended(ActorCell actor) => _current?.Add(Mailbox(actor), AccessKind.End);

    public void Touched(string place)
    {
        if (loop.CheckThread($"{place} was touched"))
            _current?.Add(place, AccessKind.Exclusive);
    }

    public void TouchedAll() => _current?.AddAll();

    private static string Mailbox(ActorCell cell) => cell.SelfRef.Path.Uid.ToString(CultureInfo.InvariantCulture);

    private bool IsOurThread(object message, ActorCell target) => loop.IsDriving || loop.CheckThread(
        $"{DeterministicDispatcher.NameOf(message)} was sent to {DeterministicDispatcher.NameOf(target.SelfRef)}");
}
