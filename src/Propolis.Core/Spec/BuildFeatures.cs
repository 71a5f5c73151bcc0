namespace Propolis.Core.Spec;

/// <summary>Component families a build may leave out. This service leaves out both unless told otherwise.</summary>
public sealed record BuildFeatures(bool Falcon, bool FailureInjection)
{
    public static BuildFeatures None { get; } = new(Falcon: false, FailureInjection: false);
}
