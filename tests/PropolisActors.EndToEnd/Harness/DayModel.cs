namespace PropolisActors.EndToEnd.Harness;

/// <summary>What a client may rely on of one VM, by the answers it got and by the request it got no answer to.</summary>
internal sealed class DayModel
{
    private readonly List<string> _vcrs = [];

    /// <summary>Creations answered.</summary>
    public int Created { get; private set; }

    /// <summary>A creation was sent and not answered.</summary>
    public bool IsCreating { get; private set; }

    /// <summary>The highest generation that was seen of the newest instance; 0 before the first.</summary>
    public ulong Gen { get; private set; }

    /// <summary>The newest instance was seen to end.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>The VCRs that may be the stored one: the newest accepted and one that was sent after it.</summary>
    public IReadOnlyList<string> Vcrs => _vcrs;

    public void Creating() => IsCreating = true;

    public void CreationAnswered(string vcr)
    {
        Created++;
        IsCreating = false;
        (Gen, HasEnded) = (0, false);
        _vcrs.Clear();
        _vcrs.Add(vcr);
    }

    public void Sent(string vcr) => _vcrs.Add(vcr);

    public void Accepted() => _vcrs.RemoveRange(0, _vcrs.Count - 1);

    public void Saw(ulong gen, bool hasEnded) => (Gen, HasEnded) = (gen, hasEnded);
}
