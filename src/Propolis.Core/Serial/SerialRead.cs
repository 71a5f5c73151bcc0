namespace Propolis.Core.Serial;

/// <summary>What reading the console's history gives.</summary>
public abstract record SerialRead
{
    /// <summary>Output, perhaps none.</summary>
    /// <param name="Bytes">A copy; it stays as it is.</param>
    /// <param name="NextOffset">The offset after the last byte: where to read on.</param>
    public sealed record Data(ReadOnlyMemory<byte> Bytes, ulong NextOffset) : SerialRead;

    /// <summary>The place asked for was discarded.</summary>
    /// <param name="Message">The text of the API's error.</param>
    public sealed record Expired(string Message) : SerialRead;
}
