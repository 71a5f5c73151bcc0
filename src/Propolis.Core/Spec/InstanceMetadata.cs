namespace Propolis.Core.Spec;

/// <summary>Where a VM belongs in the control plane's eyes; labels for metrics.</summary>
public sealed record InstanceMetadata(
    Guid SiloId, Guid ProjectId, Guid SledId, string SledSerial, string SledModel, uint SledRevision);
