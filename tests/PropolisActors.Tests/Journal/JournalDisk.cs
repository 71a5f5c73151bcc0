using Akka.Actor;

namespace PropolisActors.Tests.Journal;

/// <summary>
/// What outlives a service: the stored bytes of every event. It can end the service's life at one write, just before or just
/// after it is durable; from then on it stores and answers nothing, as if the process had been killed.
/// </summary>
internal sealed class JournalDisk : ExtensionIdProvider<JournalDisk>, IExtension
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, List<Row>> _rows = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _highest = new(StringComparer.Ordinal);
    private readonly int _killAt;
    private readonly bool _isAfter;
    private int _writes;

    /// <summary>What the service of <paramref name="before"/> left.</summary>
    /// <param name="before">Null for an empty disk.</param>
    /// <param name="killAt">The write, from 1; 0 for never.</param>
    /// <param name="isAfter">Killed when it is durable, rather than before it begins.</param>
    public JournalDisk(JournalDisk? before = null, int killAt = 0, bool isAfter = false)
    {
        (_killAt, _isAfter) = (killAt, isAfter);
        foreach (var (id, rows) in before?._rows ?? [])
            _rows[id] = [.. rows];
        foreach (var (id, highest) in before?._highest ?? [])
            _highest[id] = highest;
    }

    /// <summary>Ends when the service has been killed.</summary>
    public TaskCompletionSource Killed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Set to make every write fail, as a full disk does.</summary>
    public string? Fault { get; set; }

    public int Writes
    {
        get
        {
            lock (_lock)
                return _writes;
        }
    }

    public override JournalDisk CreateExtension(ExtendedActorSystem system) => this;

    /// <summary>Stores a row; false when the process is dead now.</summary>
    public bool TryAppend(string id, Row row)
    {
        lock (_lock)
        {
            if (Killed.Task.IsCompleted)
                return false;
            _writes++;
            var isLast = _writes == _killAt;
            if (!isLast || _isAfter)
            {
                RowsOf(id).Add(row);
                _highest[id] = row.SequenceNr;
            }

            if (isLast)
                Killed.SetResult();
            return !isLast;
        }
    }

    public long HighestOf(string id)
    {
        lock (_lock)
            return _highest.GetValueOrDefault(id);
    }

    public Row[] Read(string id)
    {
        lock (_lock)
            return [.. RowsOf(id)];
    }

    public void Delete(string id, long to)
    {
        lock (_lock)
            RowsOf(id).RemoveAll(row => row.SequenceNr <= to);
    }

    /// <summary>Damages what is stored under an id, as a bad sector does.</summary>
    public void Damage(string id)
    {
        lock (_lock)
        {
            var rows = RowsOf(id);
            for (var i = 0; i < rows.Count; i++)
                rows[i] = rows[i] with { Bytes = [.. "not json"u8] };
        }
    }

    private List<Row> RowsOf(string id)
    {
        if (!_rows.TryGetValue(id, out var rows))
            _rows[id] = rows = [];
        return rows;
    }

    internal sealed record Row(long SequenceNr, string Manifest, byte[] Bytes);
}
