namespace Propolis.Core.Spec;

/// <summary>The four registers the CPUID instruction answers for one leaf, or one subleaf of it.</summary>
public sealed record CpuidEntry(uint Leaf, uint? Subleaf, uint Eax, uint Ebx, uint Ecx, uint Edx);
