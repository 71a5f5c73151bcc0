using Propolis.Core.Spec;
using static Propolis.Core.Tests.Spec.Specs;

namespace Propolis.Core.Tests.Spec;

public class SpecBuildTests
{
    private static readonly string OneBlock = Convert.ToBase64String(new byte[512]);

    public static TheoryData<InstanceSpec, string> Unbuildable => new()
    {
        { Of(Com1) with { Board = PlainBoard with { Cpus = 0 } }, "cpus is 0, outside 1 to 254" },
        { Of(Com1) with { Board = PlainBoard with { Cpus = 255 } }, "cpus is 255, outside 1 to 254" },
        { Of(Com1) with { Board = PlainBoard with { MemoryMib = 0 } }, "memory_mb is 0, outside 1 to 16777216" },
        {
            Of(Com1) with { Board = PlainBoard with { MemoryMib = ulong.MaxValue } },
            "memory_mb is 18446744073709551615, outside 1 to 16777216"
        },
        { Of(("s", new Component.SerialPort(SerialPortNumber.Com2))), "no serial port com1" },
        { OneBlob("!"), "blob b is not valid base64" },
        { OneBlob("AAA"), "blob b is not valid base64" },
        { OneBlob("AAAB "), "blob b is not valid base64" },
        { OneBlob("AB=="), "blob b is not valid base64" },
        { OneBlob(""), "blob b holds 0 bytes, not a positive multiple of 512" },
        { OneBlob("AAAA"), "blob b holds 3 bytes, not a positive multiple of 512" },
        { Of(Com1, ("s", Socket(2, 4))), "guest_cid of s is 2, outside 3 to 4294967295" },
        { Of(Com1, ("s", Socket(1UL << 32, 4))), "guest_cid of s is 4294967296, outside 3 to 4294967295" },
        { Of(Com1, ("p", Bridge(1, 4)), ("q", Bridge(1, 5))), "two PCI buses have the same number" },
        { Of(Com1, ("p", Bridge(0, 4))), "two PCI buses have the same number" },
        { Of(Com1, ("p", Bridge(1, 4, bus: 1))), "p is on PCI bus 1, which no bridge provides" },
        {
            Of(Com1, ("b", Blob(OneBlock)), ("d", Disk("b", 4, bus: 7))),
            "d is on PCI bus 7, which no bridge provides"
        },
        { Of(Com1, ("p", Bridge(1, 1))), "p is at 0.1.0, which the chipset uses" },
        {
            Of(Com1, ("p", Bridge(1, 4)), ("b", Blob(OneBlock)), ("d", Disk("b", 4, bus: 1)), ("boot", Boot("d"))),
            "boot device d is on PCI bus 1, not 0"
        },
    };

    [Theory]
    [MemberData(nameof(Unbuildable))]
    public void A_sound_spec_that_cannot_become_a_machine_says_why(InstanceSpec spec, string expected) =>
        Assert.Equal(expected, SpecBuild.WhyNot(Valid(spec), SpecBuildLimits.Default));

    [Fact]
    public void A_spec_with_everything_in_its_place_can_be_built()
    {
        var spec = Of(
            Com1, ("b", Blob(OneBlock)), ("d", Disk("b", 4)), ("boot", Boot("d")), ("s", Socket(3, 5)),
            // A chain of bridges, given in an order in which the outer one is not known yet.
            ("p", Bridge(2, 6, bus: 1)), ("q", Bridge(1, 6)), ("v", Volume()), ("e", Disk("v", 4, bus: 2)));

        Assert.Null(SpecBuild.WhyNot(Valid(spec), SpecBuildLimits.Default));
    }

    [Fact]
    public void A_lower_limit_counts() => Assert.NotNull(
        SpecBuild.WhyNot(Valid(Of(Com1)), SpecBuildLimits.Default with { CpusMax = 3 }));

    private static InstanceSpec OneBlob(string base64) => Of(Com1, ("b", Blob(base64)), ("d", Disk("b", 4)));
}
