namespace Crucible.Wire.Tests;

public sealed class ByteValueTests
{
    private static readonly byte[] Counting = [.. Enumerable.Range(1, 16).Select(i => (byte)i)];

    [Fact]
    public void Bytes12_keeps_wire_order_with_the_first_byte_lowest()
    {
        var value = Bytes12.From(Counting.AsSpan(0, 12));
        Assert.Equal(new Bytes12(0x0807060504030201, 0x0c0b0a09), value);
        var copy = new byte[13];
        value.CopyTo(copy);
        Assert.Equal([.. Counting[..12], 0], copy);
    }

    [Fact]
    public void Bytes16_keeps_wire_order_with_the_first_byte_lowest()
    {
        var value = Bytes16.From(Counting);
        Assert.Equal(new Bytes16(0x0807060504030201, 0x100f0e0d0c0b0a09), value);
        var copy = new byte[17];
        value.CopyTo(copy);
        Assert.Equal([.. Counting, 0], copy);
    }

    [Fact]
    public void Wrong_number_of_bytes_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Bytes12.From(Counting));
        Assert.Throws<ArgumentException>(() => Bytes12.From(Counting.AsSpan(0, 11)));
        Assert.Throws<ArgumentException>(() => Bytes16.From(Counting.AsSpan(0, 15)));
    }

    [Fact]
    public void Destination_that_is_too_short_is_left_as_it_was()
    {
        var twelve = new byte[11];
        Assert.Throws<ArgumentOutOfRangeException>(() => Bytes12.From(Counting.AsSpan(0, 12)).CopyTo(twelve));
        Assert.All(twelve, b => Assert.Equal(0, b));
        var sixteen = new byte[15];
        Assert.Throws<ArgumentOutOfRangeException>(() => Bytes16.From(Counting).CopyTo(sixteen));
        Assert.All(sixteen, b => Assert.Equal(0, b));
    }
}
