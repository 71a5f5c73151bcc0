using Crucible.Core.Upstairs;

namespace Crucible.Net.Tests.Upstairs;

/// <summary>Waits for a published status instead of looking again and again.</summary>
internal sealed class StatusWatch
{
    private readonly Lock _lock = new();
    private readonly List<(Func<RegionSetStatus, bool> Condition, TaskCompletionSource Done)> _waiting = [];
    private RegionSetStatus? _last;

    public void Saw(RegionSetStatus status)
    {
        lock (_lock)
        {
            _last = status;
            foreach (var (_, done) in _waiting.Where(w => w.Condition(status)))
                done.TrySetResult();
        }
    }

    public Task Until(Func<RegionSetStatus, bool> condition)
    {
        lock (_lock)
        {
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_last is { } last && condition(last))
                done.SetResult();
            else
                _waiting.Add((condition, done));
            return done.Task.WaitAsync(TimeSpan.FromSeconds(30));
        }
    }
}
