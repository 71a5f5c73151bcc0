using Propolis.Core.Spec;

namespace Propolis.Core.Tests.Spec;

public class SpecKeyTests
{
    private const string Canonical = "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9";

    [Theory]
    [InlineData("0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9")]
    [InlineData("0A1B2C3D-4E5F-6071-8293-A4B5C6D7E8F9")]
    [InlineData("0a1b2c3d4e5f60718293a4b5c6d7e8f9")]
    [InlineData("{0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9}")]
    [InlineData("urn:uuid:0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9")]
    public void Spellings_of_one_uuid_are_one_key(string text)
    {
        Assert.Equal(SpecKey.Of(Guid.Parse(Canonical)), SpecKey.Parse(text));
        Assert.Equal(Canonical, SpecKey.Parse(text).ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("disk0")]
    [InlineData(" 0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9")]
    [InlineData("{0a1b2c3d4e5f60718293a4b5c6d7e8f9}")]
    [InlineData("(0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9)")]
    [InlineData("0x1b2c3d-4e5f-6071-8293-a4b5c6d7e8f91")]
    [InlineData("+a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9")]
    [InlineData("0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8fg")]
    public void Any_other_text_is_a_name_kept_as_it_is(string text)
    {
        Assert.Null(SpecKey.Parse(text).Uuid);
        Assert.Equal(text, SpecKey.Parse(text).ToString());
    }

    [Fact]
    public void Names_are_case_sensitive() => Assert.NotEqual(SpecKey.Parse("disk"), SpecKey.Parse("Disk"));

    [Fact]
    public void Keys_order_uuids_by_bytes_then_names_by_bytes()
    {
        // The last two names order the other way round by UTF-16 units.
        SpecKey[] ordered =
        [
            SpecKey.Parse("01000000-0000-0000-0000-0000000000ff"),
            SpecKey.Parse("02000000-0000-0000-0000-000000000000"),
            SpecKey.Parse("ff000000-0000-0000-0000-000000000000"),
            SpecKey.Parse(""), SpecKey.Parse("0"), SpecKey.Parse("B"), SpecKey.Parse("a"), SpecKey.Parse("aa"),
            SpecKey.Parse("\uffee"), SpecKey.Parse("\U0001F4BE"),
        ];

        Assert.Equal(ordered, ordered.Reverse().Order());
        for (var i = 1; i < ordered.Length; i++)
            Assert.True(ordered[i - 1] < ordered[i] && ordered[i] > ordered[i - 1] && ordered[i] >= ordered[i]);
    }
}
