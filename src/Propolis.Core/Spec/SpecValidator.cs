using System.Diagnostics.CodeAnalysis;

namespace Propolis.Core.Spec;

// Decides whether the parts of a spec fit together, and which complaint comes first when they do not.
// What depends on the machine to be built is decided later, by SpecBuild.
// Source: propolis-server API, section 5.2; the texts are part of the contract.

/// <summary>Checks a spec as a request to create a VM is checked: before any state is looked at.</summary>
public static class SpecValidator
{
    /// <summary>Checks with no optional component family built in.</summary>
    public static bool TryValidate(
        InstanceSpec spec, [NotNullWhen(true)] out ValidatedSpec? validated, [NotNullWhen(false)] out string? detail) =>
        TryValidate(spec, BuildFeatures.None, out validated, out detail);

    /// <summary>Checks the parts against each other, in the order that decides which complaint is reported.</summary>
    /// <param name="spec">As it was read.</param>
    /// <param name="features">Component families of this build.</param>
    /// <param name="validated">The canonical spec when it is sound.</param>
    /// <param name="detail">Else the first complaint, without the prefix the API puts before it.</param>
    public static bool TryValidate(InstanceSpec spec, BuildFeatures features,
        [NotNullWhen(true)] out ValidatedSpec? validated, [NotNullWhen(false)] out string? detail)
    {
        var cpuid = spec.Board.Cpuid ?? Cpuid.Default;
        var fit = new SpecFit(spec, features);
        detail = CpuidRules.Refusal(cpuid)
            ?? fit.RefuseDevices()
            ?? fit.RefuseBootOrder()
            ?? fit.RefuseUnusedBackends()
            ?? fit.RefuseSocket();
        validated = detail is null ? new ValidatedSpec(Canonical(spec, cpuid, fit)) : null;
        return validated is not null;
    }

    private static InstanceSpec Canonical(InstanceSpec spec, Cpuid cpuid, SpecFit fit) => spec with
    {
        Board = spec.Board with { Cpuid = CpuidRules.InOrder(cpuid) },
        Components = spec.Components.RemoveRange(fit.Dropped),
    };
}
