namespace Akka.Deterministic;

/// <summary>Something that could run next: a turn of an actor, a due timer, a continuation, a message from outside.</summary>
/// <param name="number">Counts what became ready, from 1; the same in every run that made the same choices before.</param>
/// <param name="kind">One word for the trace.</param>
/// <param name="label">Whose step it is: text without hash codes, wall-clock times or random ids.</param>
/// <param name="run">The step itself.</param>
internal sealed class Step(long number, string kind, string label, Action run)
{
    public long Number { get; } = number;

    public string Kind { get; } = kind;

    public string Label { get; } = label;

    public Action Run { get; } = run;

    /// <summary>Number of the step that made this one ready; zero: something outside of all steps.</summary>
    public long Cause { get; init; }

    /// <summary>Uid of the actor whose turn it is, whose turns follow one another in any case; zero for other steps.</summary>
    public long Actor { get; init; }

    /// <summary>Asked before every choice; a step that is off is dropped. Null: never off.</summary>
    public Func<bool>? IsOff { get; init; }

    /// <summary>Whether the step may touch anything, so that its place in the order always matters.</summary>
    public bool TouchesAll { get; init; }

    /// <summary>What awaits inside the step come back to; null where continuations should run at once.</summary>
    public SynchronizationContext? Context { get; init; }

    public override string ToString() => $"{Kind} {Label}";
}
