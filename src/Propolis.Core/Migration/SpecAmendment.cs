using System.Collections.Immutable;
using Propolis.Core.Spec;

namespace Propolis.Core.Migration;

/// <summary>Puts the target's own components into the source's spec. Source: propolis-server API, section 17.5.</summary>
public static class SpecAmendment
{
    /// <summary>The amended spec, or why it cannot be.</summary>
    /// <remarks>Every replacement must be of a component of the source's, of the same kind.</remarks>
    public static (ValidatedSpec? Spec, string? Why) Amend(
        InstanceSpec source, ImmutableSortedDictionary<SpecKey, Component> replacements)
    {
        foreach (var (key, replacement) in replacements)
        {
            if (!source.Components.TryGetValue(key, out var component))
                return (null, $"replacement component {key} is not in the source's spec");
            if (component.GetType() != replacement.GetType())
                return (null, $"replacement component {key} is of another kind than the source's");
        }

        var amended = source with { Components = source.Components.SetItems(replacements) };
        return SpecValidator.TryValidate(amended, out var spec, out var detail) ? (spec, null) : (null, detail);
    }
}
