namespace Akka.Actor;

/// <summary>The asks in progress, newest first, so that their system can end them and a selection can find one.</summary>
internal sealed class PromiseList
{
    private readonly Lock _gate = new();
    private Promise? _newest;
    private long _lastNumber;

    public long NextNumber() => Interlocked.Increment(ref _lastNumber);

    public void Add(Promise promise)
    {
        lock (_gate)
        {
            promise.Older = _newest;
            if (_newest is not null)
                _newest.Newer = promise;
            _newest = promise;
        }
    }

    public void Remove(Promise promise)
    {
        lock (_gate)
        {
            if (promise.Newer is { } newer)
                newer.Older = promise.Older;
            else if (ReferenceEquals(_newest, promise))
                _newest = promise.Older;
            if (promise.Older is { } older)
                older.Newer = promise.Newer;
            promise.Older = promise.Newer = null;
        }
    }

    public IActorRef Find(string name)
    {
        lock (_gate)
        {
            for (var promise = _newest; promise is not null; promise = promise.Older)
            {
                if (Promise.NameOf(promise.Number) == name)
                    return promise;
            }
            return ActorRefs.Nobody;
        }
    }

    /// <summary>Ends all, the newest first.</summary>
    public void FailAll(Func<Exception> cause)
    {
        while (Volatile.Read(ref _newest) is { } promise)
            promise.Fail(cause());
    }
}
