namespace Propolis.Core.Lifecycle;

/// <summary>Names a request, so that its answer finds its way back. Chosen by whoever sends it.</summary>
public readonly record struct RequestId(long Value)
{
    public override string ToString() => $"request {Value}";
}
