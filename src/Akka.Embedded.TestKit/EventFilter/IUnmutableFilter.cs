namespace Akka.TestKit;

/// <summary>A filter that swallows events until it is ended.</summary>
public interface IUnmutableFilter : IDisposable
{
    /// <summary>Ends it.</summary>
    void Unmute();
}
