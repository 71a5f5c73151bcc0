using Crucible.Net;
using Crucible.Net.Upstairs;
using Crucible.Wire;

namespace PropolisActors.Benchmarks.DataPath;

/// <summary>Guests of one disk: as many as the traffic's depth, each with one operation under way, one after another.</summary>
internal sealed class Load : IAsyncDisposable
{
    private const int Spacing = 16;

    private readonly RegionSet _disk;
    private readonly Traffic _traffic;
    private readonly long[] _done;
    private readonly Task[] _guests;
    private long _next = -1;
    private volatile bool _stopping;

    public Load(RegionSet disk, Traffic traffic)
    {
        (_disk, _traffic) = (disk, traffic);
        _done = new long[traffic.Depth * Spacing];
        _guests = [.. Enumerable.Range(0, traffic.Depth).Select(i => Task.Run(() => GuestAsync(i)))];
    }

    public long Done
    {
        get
        {
            var sum = 0L;
            for (var i = 0; i < _done.Length; i += Spacing)
                sum += Volatile.Read(ref _done[i]);
            return sum;
        }
    }

    public static void Check(IoResult result)
    {
        if (!result.IsOk)
            throw new InvalidOperationException($"{result.Error}");
    }

    public async ValueTask DisposeAsync()
    {
        _stopping = true;
        await Task.WhenAll(_guests).ConfigureAwait(false);
    }

    private async Task GuestAsync(int number)
    {
        var random = new Random(number);
        var buffer = new byte[_traffic.Bytes];
        random.NextBytes(buffer);
        var blocks = (ulong)(_traffic.Bytes / Disk.BlockSize);
        var places = Disk.Blocks / blocks;
        while (!_stopping)
        {
            var place = _traffic.IsSequential
                ? (ulong)Interlocked.Increment(ref _next) % places
                : (ulong)random.NextInt64((long)places);
            var start = new BlockIndex(place * blocks);
            Check(_traffic.IsWrite
                ? await _disk.WriteAsync(start, buffer, CancellationToken.None).ConfigureAwait(false)
                : await _disk.ReadAsync(start, buffer, CancellationToken.None).ConfigureAwait(false));
            Volatile.Write(ref _done[number * Spacing], _done[number * Spacing] + 1);
        }
    }
}
