using System.Buffers.Binary;
using Crucible.Net.Regions;
using Crucible.Wire;

namespace Crucible.Net.Tests.Regions;

public sealed class RegionBlockTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private Region _region;

    public RegionBlockTests()
    {
        Region.Create(_directory.Path, Blocks.Small);
        _region = Region.Open(_directory.Path, readOnly: false);
    }

    public void Dispose()
    {
        _region.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void Write_across_extents_is_read_back_between_blocks_never_written()
    {
        _region.Write(8, 1, 2, 3, 4);

        byte?[] expected = [null, 1, 2, 3, 4, null];
        Assert.Equal(expected, _region.Read(7, 6));
        Reopen();
        Assert.Equal(expected, _region.Read(7, 6));
    }

    [Fact]
    public void Overwritten_blocks_are_read_as_last_written_before_and_after_the_move_into_the_extents()
    {
        _region.Write(0, 1, 1, 1, 1);
        _region.Write(1, 2, 2);
        _region.Write(2, 3);
        Assert.Equal([1, 2, 3, 1], _region.Read(0, 4));
        Reopen();
        _region.Write(3, 4);
        Assert.Equal([1, 2, 3, 4], _region.Read(0, 4));
        Reopen();
        Assert.Equal([1, 2, 3, 4], _region.Read(0, 4));
    }

    [Fact]
    public void Write_with_a_wrong_hash_in_any_block_writes_nothing()
    {
        _region.Write(0, 1, 1);
        var data = Blocks.Data(2, 2, 2);
        var contexts = Blocks.Contexts(data);
        contexts[2] = new(contexts[2].Hash + 1, null);

        var error = Assert.Throws<RegionIoException>(() => _region.Write(new(0), contexts, data));

        Assert.Equal(CrucibleErrorKind.HashMismatch, error.Error.Kind);
        Assert.False(error.MayPass);
        Assert.Equal([1, 1, null], _region.Read(0, 3));
    }

    [Fact]
    public void Writes_made_together_are_there_in_their_order_before_and_after_a_crash()
    {
        Assert.True(_region.TryWrite([Blocks.OneWrite(9, 1), Blocks.OneWrite(10, 2), Blocks.OneWrite(9, 3)]));

        Assert.Equal([null, 3, 2, null], _region.Read(8, 4));
        Reopen();
        Assert.Equal([null, 3, 2, null], _region.Read(8, 4));
        Assert.True(_region.Versions()[0].Dirty && _region.Versions()[1].Dirty);
    }

    [Fact]
    public void Writes_of_which_one_is_not_possible_are_not_made_together()
    {
        var wrong = Blocks.OneWrite(1, 2) with { Contexts = Blocks.Contexts(Blocks.Data(9)) };

        Assert.False(_region.TryWrite([Blocks.OneWrite(0, 1), wrong]));
        Assert.False(_region.TryWrite([Blocks.OneWrite(0, 1), Blocks.OneWrite(30, 1)]));
        Assert.False(_region.TryWrite([.. Enumerable.Repeat(Blocks.OneWrite(0, 1), 129)]));
        _region.CloseExtent(new(1));
        Assert.False(_region.TryWrite([Blocks.OneWrite(0, 1), Blocks.OneWrite(10, 1)]));

        Assert.Equal([(byte?)null, null], _region.Read(0, 2));
        Assert.False(_region.Versions()[0].Dirty);
    }

    [Theory]
    [InlineData(30UL, 1)]
    [InlineData(29UL, 2)]
    [InlineData(31UL, 0)]
    [InlineData(ulong.MaxValue, 2)]
    public void Access_outside_the_region_is_refused(ulong start, int count)
    {
        var data = new byte[count * Blocks.Size];
        var errors = new[]
        {
            Assert.Throws<RegionIoException>(() => _region.Read(new(start), new ReadBlockContext[count], data)),
            Assert.Throws<RegionIoException>(() => _region.Write(new(start), Blocks.Contexts(data), data)),
            Assert.Throws<RegionIoException>(() => _region.WriteUnwritten(new(start), Blocks.Contexts(data), data)),
        };

        Assert.All(errors, e => Assert.Equal(CrucibleErrorKind.OffsetInvalid, e.Error.Kind));
    }

    [Fact]
    public void Nothing_read_or_written_at_the_end_of_the_region_is_fine()
    {
        _region.Write(30);
        Assert.Empty(_region.Read(30, 0));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Write_of_unwritten_blocks_changes_only_those(bool movedBetween)
    {
        _region.Write(1, 1);
        _region.Write(10, 1, 1);
        _region.Flush(1, 1);
        if (movedBetween)
            Reopen();
        _region.Write(4, 1);

        _region.WriteUnwritten(0, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9);

        Assert.Equal([9, 1, 9, 9, 1, 9, 9, 9, 9, 9, 1, 1, 9, null], _region.Read(0, 14));
    }

    [Fact]
    public void Write_of_unwritten_blocks_that_finds_none_does_not_even_make_dirty()
    {
        _region.Write(0, 1, 1);
        _region.Flush(1, 1);

        _region.WriteUnwritten(0, 9, 9);

        Assert.Equal(Blocks.State(1, 1, false), _region.Versions()[0]);
    }

    [Fact]
    public void Block_of_zeros_that_was_written_counts_as_written()
    {
        _region.Write(0, 0);
        Reopen();

        _region.WriteUnwritten(0, 9);

        Assert.Equal([(byte?)0], _region.Read(0, 1));
    }

    [Fact]
    public void Flush_records_its_numbers_in_dirty_extents_only()
    {
        _region.Write(0, 1);
        _region.Flush(3, 7);
        _region.Write(10, 1);
        Assert.Equal([Blocks.State(3, 7, false), Blocks.State(0, 0, true), default], _region.Versions());

        _region.Flush(4, 8);
        _region.Write(0, 2);

        Message.ExtentState[] expected = [Blocks.State(3, 7, true), Blocks.State(4, 8, false), default];
        Assert.Equal(expected, _region.Versions());
        Reopen();
        Assert.Equal(expected, _region.Versions());
        Reopen();
        Assert.Equal(expected, _region.Versions());
    }

    [Fact]
    public void Flush_with_an_extent_limit_leaves_later_extents_dirty()
    {
        _region.Write(0, 1);
        _region.Write(10, 1);
        _region.Write(20, 1);

        _region.Flush(1, 2, limit: 1);

        Assert.Equal([Blocks.State(1, 2, false), Blocks.State(1, 2, false), Blocks.State(0, 0, true)], _region.Versions());
        _region.Flush(1, 3, limit: 3);
        Assert.Equal(Blocks.State(1, 3, false), _region.Versions()[2]);
        var error = Assert.Throws<RegionIoException>(() => _region.Flush(1, 4, limit: 4));
        Assert.Equal(CrucibleErrorKind.InvalidExtent, error.Error.Kind);
    }

    [Fact]
    public void Close_reports_the_numbers_as_recorded_and_the_dirty_bit()
    {
        Assert.Equal(Blocks.State(0, 0, false), _region.CloseExtent(new(2)));
        _region.Write(0, 1);
        Assert.Equal(Blocks.State(0, 0, true), _region.CloseExtent(new(0)));
        _region.ReopenExtent(new(0));
        _region.Flush(5, 6);
        Assert.Equal(Blocks.State(5, 6, false), _region.CloseExtent(new(0)));
        _region.ReopenExtent(new(0));
        _region.Write(0, 2);

        Assert.Equal(Blocks.State(5, 6, true), _region.CloseExtent(new(0)));

        _region.ReopenAll();
        Assert.Equal([Blocks.State(5, 6, true), default, default], _region.Versions());
        Assert.Equal([(byte?)2], _region.Read(0, 1));
    }

    [Fact]
    public void Closed_extent_refuses_everything_but_reopening_and_open_one_refuses_that()
    {
        _region.Write(0, 1);
        _region.CloseExtent(new(0));

        Action[] refused =
        [
            () => _region.Read(0, 1), () => _region.Write(9, 1, 1), () => _region.WriteUnwritten(0, 1),
            () => _region.CloseExtent(new(0)), () => _region.Flush(1, 1), () => _region.FlushExtent(new(0), new(1), new(1)),
            () => _region.ReopenExtent(new(1)), () => _region.CloseExtent(new(3)), () => _region.ReopenExtent(new(3)),
        ];

        Assert.All(refused, action =>
            Assert.Equal(CrucibleErrorKind.InvalidExtent, Assert.Throws<RegionIoException>(action).Error.Kind));
        _region.Write(10, 2);
        _region.ReopenExtent(new(0));
        Assert.Equal([(byte?)1], _region.Read(0, 1));
    }

    [Fact]
    public void Closed_extents_file_has_the_layout_disk_servers_exchange()
    {
        _region.Write(2, 7);
        _region.FlushExtent(new(0), new(3), new(4));
        _region.CloseExtent(new(0));

        var file = File.ReadAllBytes(_directory["00/000/000"]);

        Assert.Equal((10 * 512) + (96 * 10) + 2 + 32, file.Length);
        Assert.Equal(Blocks.Data(7), file[1024..1536]);
        var slot = file.AsSpan((10 * 512) + (2 * 48), 48);
        var hash = BlockHash.Plain(Blocks.Data(7));
        Assert.Equal((1, 0), (slot[0], slot[9]));
        Assert.Equal(hash, BinaryPrimitives.ReadUInt64LittleEndian(slot[1..]));
        Assert.Equal(hash, BinaryPrimitives.ReadUInt64LittleEndian(slot[10..]));
        var trailer = file.AsSpan(file.Length - 32);
        Assert.Equal(0, trailer[0]);
        Assert.Equal(3UL, BinaryPrimitives.ReadUInt64LittleEndian(trailer[1..]));
        Assert.Equal(4UL, BinaryPrimitives.ReadUInt64LittleEndian(trailer[9..]));
        Assert.Equal(2u, BinaryPrimitives.ReadUInt32LittleEndian(trailer[17..]));
    }

    [Fact]
    public void Encrypted_blocks_keep_nonce_and_tag_and_are_checked_with_them()
    {
        var data = Blocks.Data(5);
        var encryption = new EncryptionContext(new(1, 2), new(3, 4));
        _region.Write(new(6), [new(BlockHash.Encrypted(encryption, data), encryption)], data);
        var contexts = new ReadBlockContext[1];

        for (var round = 0; round < 2; round++)
        {
            _region.Read(new(6), contexts, new byte[Blocks.Size]);
            Assert.Equal(ReadBlockContext.OfEncrypted(encryption), contexts[0]);
            Reopen();
        }
    }

    [Theory]
    [InlineData((5 * 512) + 100)]
    [InlineData((10 * 512) + (5 * 48) + 3)]
    [InlineData((10 * 512) + (5 * 48))]
    public void Rotted_block_is_an_error_for_itself_alone_until_it_is_written_again(int offset)
    {
        _region.Write(4, 1, 2, 3);
        _region.Flush(1, 1);
        Reopen();
        _region.Dispose();
        Damage("00/000/000", offset);
        _region = Region.Open(_directory.Path, readOnly: false);

        var error = Assert.Throws<RegionIoException>(() => _region.Read(4, 3));

        Assert.False(error.MayPass);
        Assert.Equal([(byte?)1], _region.Read(4, 1));
        Assert.Equal([(byte?)3], _region.Read(6, 1));
        _region.Write(5, 9);
        Reopen();
        Assert.Equal([1, 9, 3], _region.Read(4, 3));
    }

    [Fact]
    public void Promotion_is_there_after_reopening()
    {
        var record = new Core.Downstairs.PromotionRecord(
            new(7), Ids(1), [Ids(2), Ids(3)]);

        _region.StorePromotion(record);
        Reopen();

        Assert.Equal(new Generation(7), _region.Promotion!.Generation);
        Assert.Equal(Ids(1), _region.Promotion.Ids);
        Assert.Equal([Ids(2), Ids(3)], _region.Promotion.Superseded.AsEnumerable());
    }

    private static SessionIds Ids(int n) => new(new(new Guid(n, 0, 0, new byte[8])), new(new Guid(0, 1, 2, new byte[8])));

    private void Reopen()
    {
        _region.Dispose();
        _region = Region.Open(_directory.Path, readOnly: false);
    }

    private void Damage(string file, int offset)
    {
        using var stream = File.Open(_directory[file], FileMode.Open);
        stream.Position = offset;
        var old = stream.ReadByte();
        stream.Position = offset;
        stream.WriteByte((byte)(old ^ 0x42));
    }
}
