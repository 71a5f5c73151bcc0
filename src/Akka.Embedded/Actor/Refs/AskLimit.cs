namespace Akka.Actor;

/// <summary>The time limit and the cancellation of one ask.</summary>
internal sealed class AskLimit(
    Promise promise, TimeSpan timeout, ICanTell target, object message, CancellationToken token) : IDisposable
{
    private CancellationTokenSource? _clock;
    private CancellationTokenRegistration _cancelled;
    private CancellationTokenRegistration _elapsed;

    public void Start(TimeProvider time)
    {
        if (token.CanBeCanceled)
            _cancelled = token.UnsafeRegister(static limit => ((AskLimit)limit!).Cancel(), this);
        if (timeout == Timeout.InfiniteTimeSpan)
            return;
        _clock = new CancellationTokenSource(timeout, time);
        _elapsed = _clock.Token.UnsafeRegister(static limit => ((AskLimit)limit!).Elapse(), this);
    }

    public void Dispose()
    {
        _cancelled.Unregister();
        _elapsed.Unregister();
        _clock?.Dispose();
    }

    private void Cancel() => promise.Cancel(token);

    private void Elapse() => promise.Fail(new AskTimeoutException(
        $"Timeout after {timeout.TotalSeconds} seconds: {target} did not answer {message.GetType()}"));
}
