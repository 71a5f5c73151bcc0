namespace Propolis.Core.Spec;

/// <summary>Who a VM is. No field has a meaning here beyond being shown again.</summary>
public sealed record InstanceProperties(Guid Id, string Name, string Description, InstanceMetadata Metadata);
