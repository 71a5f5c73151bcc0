using System.Globalization;

namespace Akka.Deterministic;

/// <summary>Takes choices from a list, one for every moment with more than one step ready; then always the first.</summary>
internal sealed class GivenChoices(IReadOnlyList<int> choices) : IChoices
{
    private int _taken;

    /// <summary>Always what has been ready longest.</summary>
    public static GivenChoices OldestFirst => new([]) { IsFixed = true };

    /// <summary>Whether these are no choices worth writing down.</summary>
    public bool IsFixed { get; private init; }

    /// <summary>The next of the list.</summary>
    /// <exception cref="InvalidOperationException">The choice names a step that is not there.</exception>
    public int Choose(IReadOnlyList<Step> ready)
    {
        if (ready.Count == 1 || _taken == choices.Count)
            return 0;
        var choice = choices[_taken++];
        return choice >= 0 && choice < ready.Count
            ? choice
            : throw new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture,
                $"Choice {_taken} of the sequence is {choice}, but {ready.Count} steps are ready: it is of another scenario."));
    }

    public void Stop()
    {
    }

    public void Ran(Step step, Footprint touched)
    {
    }
}
