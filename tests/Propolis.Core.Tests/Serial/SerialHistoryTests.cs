using Propolis.Core.Serial;

namespace Propolis.Core.Tests.Serial;

public class SerialHistoryTests
{
    [Fact]
    public void History_agrees_with_a_naive_one_for_any_output_and_any_read()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var (first, recent) = (random.Next(1, 40), random.Next(1, 40));
            var history = new SerialHistory(first, recent);
            var all = new List<byte>();
            for (var step = 0; step < 60; step++)
            {
                var output = new byte[random.Next(0, 30)];
                random.NextBytes(output);
                history.Append(output);
                all.AddRange(output);
                Assert.Equal((ulong)all.Count, history.TotalBytes);

                var at = (ulong)random.Next(0, all.Count + 5);
                var max = (ulong)random.Next(0, 50);
                SerialStart start = random.Next(2) == 0
                    ? new SerialStart.FromStart(at)
                    : new SerialStart.MostRecent(at);
                Check(Naive(all, first, recent, start, max), history.Read(start, max), seed);
            }
        }
    }

    [Fact]
    public void A_large_history_grows_to_its_limits_and_keeps_both_ends()
    {
        var history = new SerialHistory();
        var chunk = new byte[100_000];
        for (var i = 0; i < 40; i++)
        {
            Array.Fill(chunk, (byte)i);
            history.Append(chunk);
        }

        var start = Assert.IsType<SerialRead.Data>(history.Read(new SerialStart.FromStart(0), ulong.MaxValue));
        var end = Assert.IsType<SerialRead.Data>(
            history.Read(new SerialStart.MostRecent(SerialHistory.PartBytesMax), ulong.MaxValue));

        Assert.Equal(
            (SerialHistory.PartBytesMax, 0, 10), (start.Bytes.Length, start.Bytes.Span[0], start.Bytes.Span[^1]));
        Assert.Equal(4_000_000UL, end.NextOffset);
        Assert.Equal(
            (SerialHistory.PartBytesMax, 29, 39), (end.Bytes.Length, end.Bytes.Span[0], end.Bytes.Span[^1]));
    }

    [Fact]
    public void An_offset_that_was_discarded_is_expired_with_the_contracts_text()
    {
        var history = new SerialHistory(4, 6);
        history.Append(new byte[15]);

        Assert.Equal(
            new SerialRead.Expired("Requested byte offset 5 (-10) is no longer cached: "
                + "Only have first 4 + most recent 6 saved out of a total 15 of output"),
            history.Read(new SerialStart.FromStart(5), 10));
    }

    [Fact]
    public void A_read_from_the_first_part_stops_at_its_end_once_something_was_discarded()
    {
        var history = new SerialHistory(4, 6);
        history.Append([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        Assert.Equal(9, ReadBytes(history, 1).Length);

        history.Append([10]);

        Assert.Equal([1, 2, 3], ReadBytes(history, 1));
    }

    [Fact]
    public void A_start_past_the_end_reads_nothing_and_reads_on_from_the_end()
    {
        var history = new SerialHistory();
        history.Append("hello"u8);

        var read = Assert.IsType<SerialRead.Data>(history.Read(new SerialStart.FromStart(99), 10));

        Assert.Equal((0, 5UL), (read.Bytes.Length, read.NextOffset));
    }

    [Fact]
    public void An_empty_history_can_be_read()
    {
        var history = new SerialHistory();

        Assert.Empty(ReadBytes(history, 0));
        Assert.Equal(0UL, history.Resolve(new SerialStart.MostRecent(7)));
    }

    [Fact]
    public void A_read_of_no_bytes_gives_none() =>
        Assert.Equal(0, Assert.IsType<SerialRead.Data>(Hello().Read(new SerialStart.FromStart(1), 0)).Bytes.Length);

    [Fact]
    public void What_was_read_stays_as_it_was()
    {
        var history = new SerialHistory(1, 3);
        history.Append([1, 2, 3]);
        var read = Assert.IsType<SerialRead.Data>(history.Read(new SerialStart.FromStart(0), 3));

        history.Append([7, 8, 9, 10]);

        Assert.Equal([1, 2, 3], read.Bytes.ToArray());
    }

    [Fact]
    public void A_start_needs_exactly_one_of_the_two_offsets()
    {
        Assert.Null(SerialStart.From(null, null));
        Assert.Null(SerialStart.From(1, 2));
        Assert.Equal(new SerialStart.FromStart(0), SerialStart.From(0, null));
        Assert.Equal(new SerialStart.MostRecent(3), SerialStart.From(null, 3));
    }

    private static SerialHistory Hello()
    {
        var history = new SerialHistory();
        history.Append("hello"u8);
        return history;
    }

    private static byte[] ReadBytes(SerialHistory history, ulong from) =>
        Assert.IsType<SerialRead.Data>(history.Read(new SerialStart.FromStart(from), ulong.MaxValue)).Bytes.ToArray();

    /// <summary>The rules of the contract on a list of everything; null when expired.</summary>
    private static (byte[] Bytes, ulong Next)? Naive(
        List<byte> all, int first, int recent, SerialStart start, ulong max)
    {
        var total = all.Count;
        var at = start switch
        {
            SerialStart.FromStart s => Math.Min((int)s.OffsetBytes, total),
            SerialStart.MostRecent s => Math.Max(0, total - (int)s.Bytes),
            _ => throw new InvalidOperationException(),
        };
        int end;
        if (total <= first + recent)
            end = total;
        else if (at < first)
            end = first;
        else if (at >= total - recent)
            end = total;
        else
            return null;
        var length = Math.Min(end - at, (int)max);
        return ([.. all.GetRange(at, length)], (ulong)(at + length));
    }

    private static void Check((byte[] Bytes, ulong Next)? expected, SerialRead actual, int seed)
    {
        if (expected is not { } data)
        {
            Assert.True(actual is SerialRead.Expired, $"seed {seed}");
            return;
        }

        var read = Assert.IsType<SerialRead.Data>(actual);
        Assert.True(read.Bytes.Span.SequenceEqual(data.Bytes), $"seed {seed}");
        Assert.Equal(data.Next, read.NextOffset);
    }
}
