namespace Propolis.Core.Spec;

/// <summary>Whose conventions a set of CPUID entries follows.</summary>
public enum CpuidVendor
{
    Amd,
    Intel,
}
