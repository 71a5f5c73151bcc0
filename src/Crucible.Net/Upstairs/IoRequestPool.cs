namespace Crucible.Net.Upstairs;

/// <summary>Requests that are not in use. Safe from any thread.</summary>
internal sealed class IoRequestPool
{
    private const int UnusedMax = 256;

    private readonly Lock _lock = new();
    private readonly Stack<IoRequest> _unused = new();

    public IoRequest Take()
    {
        lock (_lock)
            return _unused.TryPop(out var request) ? request : new IoRequest(this);
    }

    public void TakeBack(IoRequest request)
    {
        lock (_lock)
        {
            if (_unused.Count < UnusedMax)
                _unused.Push(request);
        }
    }
}
