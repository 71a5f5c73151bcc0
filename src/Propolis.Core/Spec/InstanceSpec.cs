using System.Collections.Immutable;

namespace Propolis.Core.Spec;

/// <summary>What a VM is made of.</summary>
/// <param name="Board">Processors, memory, chipset.</param>
/// <param name="Components">Devices and backends, in <see cref="SpecKey"/> order.</param>
/// <param name="Smbios">Null when the service's own text is to be used.</param>
public sealed record InstanceSpec(
    Board Board, ImmutableSortedDictionary<SpecKey, Component> Components, SmbiosType1? Smbios)
{
    /// <summary>The same spec with another volume construction request behind one disk.</summary>
    /// <exception cref="ArgumentException">No network volume has that key.</exception>
    public InstanceSpec WithRequestJson(SpecKey backend, string requestJson) =>
        Components.TryGetValue(backend, out var component) && component is Component.CrucibleStorageBackend volume
            ? this with { Components = Components.SetItem(backend, volume with { RequestJson = requestJson }) }
            : throw new ArgumentException($"{backend} is not a network volume of this spec", nameof(backend));

    public bool Equals(InstanceSpec? other) =>
        other is not null && Board == other.Board && Smbios == other.Smbios
        && Components.SequenceEqual(other.Components);

    public override int GetHashCode() => HashCode.Combine(Board, Smbios, Components.Count);

    public override string ToString() =>
        $"InstanceSpec {{ Board = {Board}, Smbios = {Smbios}, Components = {{ "
        + string.Join(", ", Components.Select(c => $"{c.Key}: {c.Value}")) + " } }";
}
