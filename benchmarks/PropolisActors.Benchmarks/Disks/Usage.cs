using System.Diagnostics;

namespace PropolisActors.Benchmarks.Disks;

/// <summary>What this process used since a moment: time on the clock, time of processors, bytes allocated.</summary>
internal readonly struct Usage
{
    private readonly long _started;
    private readonly TimeSpan _processor;
    private readonly long _allocated;

    private Usage(long started, TimeSpan processor, long allocated)
    {
        _started = started;
        _processor = processor;
        _allocated = allocated;
    }

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_started);

    /// <summary>Of all threads, client and servers together.</summary>
    public TimeSpan Processor => ProcessorNow() - _processor;

    public long AllocatedBytes => GC.GetTotalAllocatedBytes(precise: false) - _allocated;

    public static Usage Now() =>
        new(Stopwatch.GetTimestamp(), ProcessorNow(), GC.GetTotalAllocatedBytes(precise: false));

    private static TimeSpan ProcessorNow()
    {
        using var process = Process.GetCurrentProcess();
        return process.TotalProcessorTime;
    }
}
