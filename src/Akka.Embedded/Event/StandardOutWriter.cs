namespace Akka.Event;

/// <summary>Writes log events of a level and above, one write each so that lines do not mix.</summary>
internal sealed class StandardOutWriter(LogLevel lowest)
{
    public bool Accepts(LogLevel level) => level >= lowest;

    public void Write(LogEvent log)
    {
        if (Accepts(log.LogLevel()))
            Console.Out.WriteLine(log.ToString());
    }
}
