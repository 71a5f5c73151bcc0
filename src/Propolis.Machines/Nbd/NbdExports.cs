namespace Propolis.Machines.Nbd;

/// <summary>What one server exports, and who holds each exclusive export. Fixed when it is made.</summary>
internal sealed class NbdExports
{
    private readonly Dictionary<string, NbdExport> _byName;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, NbdSession> _holders = [];

    /// <summary>Takes the exports of one server.</summary>
    /// <exception cref="ArgumentException">Two exports have one name, or a name is too long.</exception>
    public NbdExports(IEnumerable<NbdExport> exports)
    {
        _byName = exports.ToDictionary(export => export.Name, StringComparer.Ordinal);
        if (_byName.Keys.FirstOrDefault(name => System.Text.Encoding.UTF8.GetByteCount(name) > NbdLimits.NameMaxBytes) is { } name)
            throw new ArgumentException($"An export's name may have {NbdLimits.NameMaxBytes} bytes, not {name.Length}.", nameof(exports));
    }

    public IEnumerable<NbdExport> All => _byName.Values;

    /// <summary>The export of that name; without a name, the only one.</summary>
    public NbdExport? Find(string name) =>
        _byName.TryGetValue(name, out var export) ? export
        : name.Length == 0 && _byName.Count == 1 ? _byName.Values.First()
        : null;

    /// <summary>Gives an exclusive export to a session, after whoever had it can begin nothing more.</summary>
    public async Task TakeOverAsync(NbdExport export, NbdSession session)
    {
        if (!export.IsExclusive)
            return;
        NbdSession? before;
        lock (_lock)
        {
            before = _holders.GetValueOrDefault(export.Name);
            _holders[export.Name] = session;
        }

        if (before is not null)
            await before.StopReadingAsync().ConfigureAwait(false);
    }

    /// <summary>A session has ended.</summary>
    public void Leave(NbdSession session)
    {
        lock (_lock)
        {
            foreach (var name in _holders.Where(h => h.Value == session).Select(h => h.Key).ToList())
                _holders.Remove(name);
        }
    }
}
