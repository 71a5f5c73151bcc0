namespace Akka.Deterministic;

/// <summary>Draws from a seed by SplitMix64: own code, so that a seed means the same on every runtime version.</summary>
internal sealed class SeededChoices(ulong seed) : IChoices
{
    private ulong _state = seed;

    public int Choose(IReadOnlyList<Step> ready) => ready.Count == 1 ? 0 : (int)(Next() % (ulong)ready.Count);

    public void Stop()
    {
    }

    public void Ran(Step step, Footprint touched)
    {
    }

    private ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        var z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
