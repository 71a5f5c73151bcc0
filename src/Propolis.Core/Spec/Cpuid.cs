namespace Propolis.Core.Spec;

/// <summary>What the CPUID instruction answers in the guest.</summary>
/// <param name="Entries">In the order given; a validated spec has them in leaf, then subleaf order.</param>
/// <param name="Vendor">Whose conventions they follow.</param>
public sealed record Cpuid(ValueList<CpuidEntry> Entries, CpuidVendor Vendor)
{
    /// <summary>The set used when a request names none, so that a shown spec always has one.</summary>
    /// <remarks>Our own choice: a modest 64-bit processor with a 48-bit address space, named after this service.
    /// The reference takes the host's, which a simulated machine does not have.</remarks>
    public static Cpuid Default { get; } = new(
        [
            new(0x0000_0000, null, 0x0000_0001, Four("Auth"), Four("cAMD"), Four("enti")),
            new(0x0000_0001, null, 0x00A0_0F11, 0x0000_0800, 0x8298_2203, 0x078B_FBFF),
            new(0x8000_0000, null, 0x8000_0008, Four("Auth"), Four("cAMD"), Four("enti")),
            new(0x8000_0001, null, 0x00A0_0F11, 0x0000_0000, 0x0000_0121, 0x2FD3_FBFF),
            new(0x8000_0002, null, Four("Prop"), Four("olis"), Four("Acto"), Four("rs V")),
            new(0x8000_0003, null, Four("irtu"), Four("al P"), Four("roce"), Four("ssor")),
            new(0x8000_0004, null, 0x0000_0000, 0x0000_0000, 0x0000_0000, 0x0000_0000),
            new(0x8000_0008, null, 0x0000_3030, 0x0000_0000, 0x0000_0000, 0x0000_0000),
        ],
        CpuidVendor.Amd);

    /// <summary>Four characters as a register holds them: the first in the lowest byte.</summary>
    private static uint Four(string text) =>
        (uint)(text[0] | (text[1] << 8) | (text[2] << 16) | (text[3] << 24));
}
