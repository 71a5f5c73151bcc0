using Propolis.Core.Migration;

namespace Propolis.Core.Tests.Migration;

public class MigrationFrameCodecTests
{
    private static readonly PageRange Pages = new(4096, 4096 * 11, [0b0000_0101, 0b10]);

    private static readonly (MigrationFrame Frame, string Hex)[] Golden =
    [
        (new MigrationFrame.Okay(), "00"),
        (new MigrationFrame.Error("no"), "6E6F01"),
        (new MigrationFrame.Serialized("{}"), "7B7D02"),
        (new MigrationFrame.MemQuery(0, 8192), "0000000000000000" + "0020000000000000" + "05"),
        (new MigrationFrame.MemOffer(Pages), "0010000000000000" + "00B0000000000000" + "0502" + "06"),
        (new MigrationFrame.MemEnd(1, 2), "0100000000000000" + "0200000000000000" + "07"),
        (new MigrationFrame.MemFetch(Pages), "0010000000000000" + "00B0000000000000" + "0502" + "08"),
        (new MigrationFrame.MemXfer(Pages), "0010000000000000" + "00B0000000000000" + "0502" + "09"),
        (new MigrationFrame.MemDone(), "0A"),
    ];

    [Fact]
    public void Every_frame_has_its_bytes_and_is_read_back()
    {
        foreach (var (frame, hex) in Golden)
        {
            Assert.Equal(hex, Convert.ToHexString(MigrationFrameCodec.Write(frame)));
            Assert.True(MigrationFrameCodec.TryRead(Convert.FromHexString(hex), out var read));
            Assert.Equal(frame, read);
        }
    }

    [Fact]
    public void A_page_is_exactly_4096_bytes_and_a_blob_any_number()
    {
        var page = new MigrationFrame.Page(new byte[GuestPages.PageBytes]);
        Assert.True(MigrationFrameCodec.TryRead(MigrationFrameCodec.Write(page), out var read));
        Assert.Equal(GuestPages.PageBytes, Assert.IsType<MigrationFrame.Page>(read).Bytes.Length);
        Assert.False(MigrationFrameCodec.TryRead([.. new byte[GuestPages.PageBytes - 1], 4], out _));
        Assert.True(MigrationFrameCodec.TryRead([1, 2, 3], out read));
        Assert.Equal(2, Assert.IsType<MigrationFrame.Blob>(read).Bytes.Length);
    }

    [Fact]
    public void What_is_cut_or_changed_is_refused_or_read_and_never_throws()
    {
        foreach (var (_, hex) in Golden)
        {
            var bytes = Convert.FromHexString(hex);
            for (var length = 0; length < bytes.Length; length++)
                MigrationFrameCodec.TryRead(bytes.AsSpan(0, length), out _);
            for (var bit = 0; bit < bytes.Length * 8; bit++)
            {
                var flipped = (byte[])bytes.Clone();
                flipped[bit / 8] ^= (byte)(1 << (bit % 8));
                MigrationFrameCodec.TryRead(flipped, out _);
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("0B")]
    [InlineData("FF01")]
    [InlineData("0000000000000000" + "05")]
    [InlineData("0000000000000000" + "0010000000000000" + "06")]
    [InlineData("0000000000000000" + "0010000000000000" + "02" + "06")]
    [InlineData("0000000000000000" + "0010000000000000" + "0100" + "06")]
    [InlineData("0100000000000000" + "0110000000000000" + "01" + "06")]
    [InlineData("0010000000000000" + "0010000000000000" + "01" + "06")]
    [InlineData("0000000000000080" + "0010000000000080" + "01" + "06")]
    public void A_message_that_is_none_is_refused(string hex) =>
        Assert.False(MigrationFrameCodec.TryRead(Convert.FromHexString(hex), out _));

    [Theory]
    [InlineData("propolis-migrate-json/1,propolis-migrate-ron/0", MigrationDialect.HandOver)]
    [InlineData("propolis-migrate-ron/0", MigrationDialect.Plain)]
    [InlineData("propolis-migrate-ron/7,propolis-migrate-ron/0", MigrationDialect.Plain)]
    [InlineData("propolis-migrate-ron/7", null)]
    [InlineData("propolis-migrate-ron/0,propolis-migrate-ron/0", null)]
    [InlineData("propolis-migrate-ron", null)]
    [InlineData("propolis-migrate-ron/-1", null)]
    [InlineData("", null)]
    public void The_best_dialect_of_an_offer_is_chosen(string offer, MigrationDialect? chosen) =>
        Assert.Equal(chosen, MigrationDialects.Choose(offer));
}
