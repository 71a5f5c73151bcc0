namespace Propolis.Machines.Nbd;

/// <summary>
/// How much of one connection may be under way: requests, and bytes of their payload. One caller takes, at its own pace; any
/// number give back.
/// </summary>
internal sealed class NbdAllowance(int requestsMax, int bytesMax)
{
    private readonly Lock _lock = new();
    private TaskCompletionSource? _waiting;
    private int _requests;
    private int _bytes;

    /// <summary>Waits until one more request with that payload fits. A payload up to the whole allowance fits alone.</summary>
    public async ValueTask TakeAsync(int bytes, CancellationToken ct)
    {
        while (true)
        {
            Task freed;
            lock (_lock)
            {
                if (_requests < requestsMax && (_bytes == 0 || bytes <= bytesMax - _bytes))
                {
                    _requests++;
                    _bytes += bytes;
                    return;
                }

                _waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                freed = _waiting.Task;
            }

            await freed.WaitAsync(ct).ConfigureAwait(false);
        }
    }

    /// <summary>Gives one request and its payload back.</summary>
    public void GiveBack(int bytes)
    {
        lock (_lock)
        {
            _requests--;
            _bytes -= bytes;
            _waiting?.TrySetResult();
            _waiting = null;
        }
    }
}
