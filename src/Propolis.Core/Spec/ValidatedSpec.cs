using System.Collections.Immutable;

namespace Propolis.Core.Spec;

/// <summary>A spec whose parts fit together. Only <see cref="SpecValidator"/> makes one.</summary>
/// <remarks>It is canonical: it has a CPUID set in order, at most one boot order, and at most one socket device,
/// as the API shows it again.</remarks>
public sealed record ValidatedSpec
{
    internal ValidatedSpec(InstanceSpec spec) => Spec = spec;

    /// <summary>The canonical spec, to be shown and to build from.</summary>
    public InstanceSpec Spec { get; }

    /// <summary>Every disk device with its backend, in the order of the device keys.</summary>
    public ImmutableArray<SpecDisk> Disks =>
    [
        .. from entry in Spec.Components
           where entry.Value is Component.Disk
           let device = (Component.Disk)entry.Value
           select new SpecDisk(entry.Key, device, device.BackendId,
               (Component.StorageBackend)Spec.Components[device.BackendId]),
    ];

    /// <summary>Backend keys of the network volumes, in key order: the names the disk routes use.</summary>
    public ValueList<SpecKey> VolumeKeys =>
        ValueList.From(Spec.Components.Where(c => c.Value is Component.CrucibleStorageBackend).Select(c => c.Key));

    /// <summary>Device keys in boot order, or null when the spec leaves the order to the firmware.</summary>
    public ValueList<SpecKey>? BootOrder =>
        Spec.Components.Values.OfType<Component.BootSettings>().SingleOrDefault()?.Order;

    /// <summary>The same spec with another volume construction request behind one disk; it stays sound.</summary>
    public ValidatedSpec WithRequestJson(SpecKey backend, string requestJson) =>
        new(Spec.WithRequestJson(backend, requestJson));
}
