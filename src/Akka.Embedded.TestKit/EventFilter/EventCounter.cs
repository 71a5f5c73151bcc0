namespace Akka.TestKit;

/// <summary>Counts, and says when a count is reached.</summary>
internal sealed class EventCounter(int awaited)
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public bool IsReached => Count >= awaited;

    /// <summary>Ends when the awaited count is reached.</summary>
    public Task Reached => _reached.Task;

    public void Add()
    {
        if (Interlocked.Increment(ref _count) == awaited)
            _reached.TrySetResult();
    }
}
