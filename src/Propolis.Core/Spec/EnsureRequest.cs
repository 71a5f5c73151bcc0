namespace Propolis.Core.Spec;

/// <summary>The request that creates a VM.</summary>
public sealed record EnsureRequest(InstanceProperties Properties, InstanceInit Init);
