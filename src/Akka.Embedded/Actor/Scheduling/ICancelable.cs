namespace Akka.Actor;

/// <summary>Something that can be called off.</summary>
public interface ICancelable
{
    /// <summary>Whether it was.</summary>
    bool IsCancellationRequested { get; }

    /// <summary>Cancelled together with this.</summary>
    CancellationToken Token { get; }

    /// <summary>Calls it off.</summary>
    void Cancel();

    /// <summary>Calls it off after a delay.</summary>
    void CancelAfter(TimeSpan delay);

    /// <summary>Calls it off after a delay in milliseconds.</summary>
    void CancelAfter(int millisecondsDelay);

    /// <summary>Calls it off; with true the first exception of a callback ends the call.</summary>
    void Cancel(bool throwOnFirstException);
}
