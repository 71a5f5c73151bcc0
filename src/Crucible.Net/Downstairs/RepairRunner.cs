using System.Net;
using Crucible.Core.Downstairs;
using Crucible.Net.Regions;
using Crucible.Wire;

namespace Crucible.Net.Downstairs;

/// <summary>
/// The copies of extents that are under way. They run beside the storage thread, which begins them and ends them, so
/// that other jobs go on meanwhile. All methods are called by the storage thread alone.
/// </summary>
internal sealed class RepairRunner(ExtentSource source) : IDisposable
{
    private readonly Dictionary<ExtentId, (Task Task, CancellationTokenSource Stop)> _running = [];

    public bool IsRunning(ExtentId extent) => _running.TryGetValue(extent, out var run) && !run.Task.IsCompleted;

    /// <summary>Begins a copy.</summary>
    /// <param name="onDone">Called once, on another thread, with how it ended.</param>
    public void Start(ExtentId extent, IPEndPoint from, ExtentCopy copy, Func<StorageResult, Task> onDone)
    {
        foreach (var (done, run) in _running.Where(r => r.Value.Task.IsCompleted).ToArray())
        {
            run.Stop.Dispose();
            _running.Remove(done);
        }
        var stop = new CancellationTokenSource();
        _running.Add(extent, (Task.Run(() => RunAsync(extent, from, copy, onDone, stop.Token)), stop));
    }

    /// <summary>Gives up every copy and waits until nothing of them is left. What was committed stays.</summary>
    public void StopAll()
    {
        foreach (var run in _running.Values)
            run.Stop.Cancel();
        foreach (var run in _running.Values)
        {
            run.Task.GetAwaiter().GetResult();
            run.Stop.Dispose();
        }
        _running.Clear();
    }

    public void Dispose() => StopAll();

    private async Task RunAsync(
        ExtentId extent, IPEndPoint from, ExtentCopy copy, Func<StorageResult, Task> onDone, CancellationToken ct)
    {
        CrucibleError? error;
        try
        {
            using (copy)
                error = await source.FetchAsync(from, extent, copy, ct).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // A fault of our own in one copy: that copy fails, and the upstairs hears of it.
            error = new CrucibleError.WithText(CrucibleErrorKind.GenericError, $"The repair failed: {e.Message}");
        }
        await onDone(error is null ? StorageResult.Done.Instance : new StorageResult.Failed(error, MayPass: false))
            .ConfigureAwait(false);
    }
}
