namespace Akka.Deterministic;

/// <summary>Decides what runs next.</summary>
internal interface IChoices
{
    /// <summary>An index into what is ready, which is never empty.</summary>
    int Choose(IReadOnlyList<Step> ready);

    /// <summary>What is left need not be tried in other orders.</summary>
    void Stop();

    /// <summary>The chosen step has run and touched this.</summary>
    void Ran(Step step, Footprint touched);
}
