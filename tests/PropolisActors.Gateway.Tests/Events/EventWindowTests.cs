using System.Text;
using PropolisActors.Gateway.Events;

namespace PropolisActors.Gateway.Tests.Events;

public sealed class EventWindowTests
{
    private const ulong Epoch = 0xabc;

    [Fact]
    public void A_reader_gets_what_is_behind_its_place_once_for_every_place_and_window()
    {
        // Goal: nothing is missed or seen twice within the window, and falling out of it is told. Small spaces, in full.
        for (var countMax = 1; countMax <= 4; countMax++)
        {
            for (var events = 0; events <= 6; events++)
            {
                var window = Filled(events, countMax, bytesMax: 1000);
                for (ulong after = 0; after <= 8; after++)
                    CheckPlace(window, (ulong)events, (ulong)Math.Min(events, countMax), after);
            }
        }
    }

    [Fact]
    public void A_window_is_bounded_in_bytes_and_keeps_the_newest_event_whatever_its_size()
    {
        var window = new EventWindow(Epoch, countMax: 100, bytesMax: 10);
        window.Append(new byte[4]);
        window.Append(new byte[6]);
        Assert.Equal((2, 10L), (window.Count, window.Bytes));

        window.Append(new byte[1]);
        Assert.Equal((2, 7L), (window.Count, window.Bytes));

        window.Append(new byte[50]);
        Assert.Equal((1, 50L), (window.Count, window.Bytes));
        Assert.Null(window.Read(new EventId(Epoch, 3)).Gap);
        Assert.Equal(EventGap.Expired, window.Read(new EventId(Epoch, 2)).Gap);
    }

    [Fact]
    public void A_batch_is_bounded_in_bytes_and_the_next_goes_on_behind_it()
    {
        var window = new EventWindow(Epoch, countMax: 100, bytesMax: long.MaxValue);
        window.Append(new byte[EventWindow.BatchBytesMax - 1]);
        window.Append(new byte[1]);
        window.Append(new byte[EventWindow.BatchBytesMax + 1]);
        window.Append(new byte[1]);

        List<int> sizes = [];
        for (var place = new EventId(Epoch, 0); place != window.Newest;)
        {
            var batch = window.Read(place);
            sizes.Add(batch.Frames.Length);
            place = batch.Next;
        }

        Assert.Equal([2, 1, 1], sizes);
    }

    [Fact]
    public void An_id_of_another_run_or_of_nobody_is_told_as_a_gap()
    {
        var window = Filled(2, countMax: 10, bytesMax: 1000);

        Assert.Equal(EventGap.Restarted, window.Read(new EventId(Epoch + 1, 1)).Gap);
        Assert.Equal(EventGap.UnknownId, window.Read(null).Gap);
        Assert.Equal(EventGap.UnknownId, window.Read(new EventId(Epoch, 3)).Gap);
        Assert.Equal("12", Text(window.Read(new EventId(Epoch + 1, 1))));
    }

    [Theory]
    [InlineData("0000000000000abc-0", 0xabcUL, 0UL)]
    [InlineData("ffffffffffffffff-18446744073709551615", ulong.MaxValue, ulong.MaxValue)]
    public void An_id_is_read_back_from_its_text(string text, ulong epoch, ulong number)
    {
        Assert.True(EventId.TryParse(text, out var id));
        Assert.Equal((new EventId(epoch, number), text), (id.Value, id.Value.ToString()));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("42")]
    [InlineData("abc-1")]
    [InlineData("0000000000000abc-")]
    [InlineData("0000000000000abc--1")]
    [InlineData("0000000000000abc- 1")]
    [InlineData("0000000000000xyz-1")]
    [InlineData("0000000000000abc-18446744073709551616")]
    public void Other_text_is_no_id(string? text) => Assert.False(EventId.TryParse(text, out _));

    private static void CheckPlace(EventWindow window, ulong events, ulong kept, ulong after)
    {
        var batch = window.Read(new EventId(Epoch, after));

        EventGap? gap = after > events ? EventGap.UnknownId : after < events - kept ? EventGap.Expired : null;
        var begin = gap is null ? after : events - kept;
        Assert.Equal((gap, begin, events), (batch.Gap, batch.Begin.Number, batch.Next.Number));
        Assert.Equal(string.Concat(Enumerable.Range(1, 9).Where(n => (ulong)n > begin && (ulong)n <= events)), Text(batch));
    }

    private static EventWindow Filled(int events, int countMax, long bytesMax)
    {
        var window = new EventWindow(Epoch, countMax, bytesMax);
        for (var i = 0; i < events; i++)
            window.Append(Encoding.ASCII.GetBytes($"{window.Upcoming.Number}"));
        return window;
    }

    private static string Text(EventBatch batch) =>
        string.Concat(batch.Frames.Select(frame => Encoding.ASCII.GetString(frame.Span)));
}
