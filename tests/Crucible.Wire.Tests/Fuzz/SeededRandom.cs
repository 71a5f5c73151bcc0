namespace Crucible.Wire.Tests.Fuzz;

/// <summary>
/// SplitMix64: a generator that costs nothing to seed, so that each input of a fuzzing run has one of its own and can
/// be made again from two numbers.
/// </summary>
internal struct SeededRandom
{
    private ulong _state;

    /// <summary>The generator of one input.</summary>
    public SeededRandom(ulong seed, long input)
    {
        _state = seed;
        _state = Next() ^ (ulong)input;
    }

    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        var mixed = (_state ^ (_state >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }

    /// <summary>From 0 up to but not including <paramref name="limit"/>, which is 1 or more.</summary>
    public int Below(int limit) => (int)(((Next() >> 32) * (ulong)limit) >> 32);

    public bool OneIn(int chances) => Below(chances) == 0;
}
