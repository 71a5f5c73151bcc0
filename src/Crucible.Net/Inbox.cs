namespace Crucible.Net;

/// <summary>
/// What waits for one loop. Many post, one at a time or many at once; the loop takes everything that is there together.
/// </summary>
/// <param name="capacity">Who posts while that many wait, waits himself until the loop has taken them.</param>
internal sealed class Inbox<T>(int capacity)
{
    private readonly Lock _lock = new();
    private readonly WakeUp _wake = new();
    private List<T> _waiting = [];
    private TaskCompletionSource? _room;
    private bool _isComplete;

    /// <summary>Posts, and waits first while the inbox is full. False if it is complete: nothing was posted.</summary>
    public ValueTask<bool> PostAsync(T item, CancellationToken ct) =>
        TryPost(item, out var room) is { } answer ? new(answer) : PostLaterAsync(item, room!, ct);

    /// <summary>The same for several in one go, which may go beyond the capacity; the loop goes on in this call if it can.</summary>
    /// <param name="items">Copied.</param>
    public ValueTask<bool> PostAsync(List<T> items, CancellationToken ct) =>
        TryPost(items, out var room) is { } answer ? new(answer) : PostLaterAsync(items, room!, ct);

    /// <summary>Posts without waiting, whatever waits already: for what there can be only a few of.</summary>
    public void Post(T item)
    {
        lock (_lock)
        {
            if (_isComplete)
                return;
            _waiting.Add(item);
        }

        _wake.Call(here: false);
    }

    /// <summary>Has the loop look around, though nothing was posted.</summary>
    public void Wake() => _wake.Call(here: false);

    /// <summary>Nothing is taken in any more; what waits still is given out.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            _isComplete = true;
            _room?.TrySetResult();
            _room = null;
        }

        _wake.Call(here: false);
    }

    /// <summary>Takes everything. For the loop alone.</summary>
    /// <param name="taken">Emptied, and exchanged for what waited.</param>
    public void TakeAll(ref List<T> taken)
    {
        taken.Clear();
        lock (_lock)
        {
            (taken, _waiting) = (_waiting, taken);
            _room?.TrySetResult();
            _room = null;
        }
    }

    /// <summary>Nothing waits, and nothing ever will. For the loop alone.</summary>
    public bool IsOver
    {
        get
        {
            lock (_lock)
                return _isComplete && _waiting.Count == 0;
        }
    }

    /// <summary>Until something was posted, or somebody wakes the loop. For the loop alone.</summary>
    public ValueTask WaitAsync() => _wake.WaitAsync();

    private bool? TryPost(T item, out Task? room)
    {
        lock (_lock)
        {
            if (MayPost(out room) is { } answer && !answer)
                return false;
            if (room is not null)
                return null;
            _waiting.Add(item);
        }

        _wake.Call(here: false);
        return true;
    }

    private bool? TryPost(List<T> items, out Task? room)
    {
        lock (_lock)
        {
            if (MayPost(out room) is { } answer && !answer)
                return false;
            if (room is not null)
                return null;
            _waiting.AddRange(items);
        }

        _wake.Call(here: true);
        return true;
    }

    private bool? MayPost(out Task? room)
    {
        room = null;
        if (_isComplete)
            return false;
        if (_waiting.Count < capacity)
            return true;
        room = (_room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        return null;
    }

    private async ValueTask<bool> PostLaterAsync(T item, Task room, CancellationToken ct)
    {
        while (true)
        {
            await room.WaitAsync(ct).ConfigureAwait(false);
            if (TryPost(item, out var next) is { } answer)
                return answer;
            room = next!;
        }
    }

    private async ValueTask<bool> PostLaterAsync(List<T> items, Task room, CancellationToken ct)
    {
        while (true)
        {
            await room.WaitAsync(ct).ConfigureAwait(false);
            if (TryPost(items, out var next) is { } answer)
                return answer;
            room = next!;
        }
    }
}
