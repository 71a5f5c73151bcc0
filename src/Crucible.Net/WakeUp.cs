using System.Threading.Tasks.Sources;

namespace Crucible.Net;

/// <summary>
/// What one loop waits for when it has nothing to do. It remembers one call, however often it was called; waiting and
/// waking allocate nothing.
/// </summary>
internal sealed class WakeUp : IValueTaskSource, IThreadPoolWorkItem
{
    private const int Idle = 0;
    private const int Called = 1;
    private const int Waiting = 2;

    private ManualResetValueTaskSourceCore<bool> _core;
    private int _state;

    /// <summary>Ends at the next call, or at once if there was one since the last wait. For the loop alone.</summary>
    public ValueTask WaitAsync()
    {
        _core.Reset();
        if (Interlocked.CompareExchange(ref _state, Waiting, Idle) == Idle)
            return new ValueTask(this, _core.Version);
        Volatile.Write(ref _state, Idle);
        return ValueTask.CompletedTask;
    }

    /// <summary>Wakes the loop. Safe from any thread.</summary>
    /// <param name="here">The loop goes on in this call if it waits: for callers that can lend their thread, which saves
    /// waking another.</param>
    public void Call(bool here)
    {
        if (Interlocked.CompareExchange(ref _state, Called, Idle) != Waiting)
            return;
        // Only one of several callers finds it waiting.
        if (Interlocked.CompareExchange(ref _state, Idle, Waiting) != Waiting)
        {
            Call(here);
            return;
        }

        if (here)
            _core.SetResult(true);
        else
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    // Behind whatever this thread has still to do: of many that call one after another, the first would otherwise have
    // the loop run before the second.
    void IThreadPoolWorkItem.Execute() => _core.SetResult(true);

    void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
