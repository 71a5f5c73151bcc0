namespace Propolis.Core.Spec;

/// <summary>A disk device together with the storage behind it.</summary>
public sealed record SpecDisk(
    SpecKey DeviceKey, Component.Disk Device, SpecKey BackendKey, Component.StorageBackend Backend);
