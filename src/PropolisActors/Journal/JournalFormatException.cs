namespace PropolisActors.Journal;

/// <summary>Something in the journal cannot be read by this version of the service. The text says what and what to do.</summary>
public sealed class JournalFormatException : Exception
{
    public JournalFormatException(string message)
        : base(message)
    {
    }

    public JournalFormatException(string message, Exception cause)
        : base(message, cause)
    {
    }
}
