using System.Net;
using Crucible.Core.Upstairs;
using Crucible.Wire;

namespace Crucible.Net.Upstairs;

/// <summary>Something a caller waits for; made by the caller, answered by the loop.</summary>
internal abstract class RegionSetRequest
{
    public abstract UpstairsInput ToInput(RequestId id);

    /// <summary>The region set has gone and will not answer.</summary>
    public abstract void Fail(CrucibleError error);

    public sealed class Activation(Generation? generation) : RegionSetRequest
    {
        private readonly TaskCompletionSource<ActivationResult> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<ActivationResult> Done => _done.Task;

        /// <summary>Set and read by the loop alone.</summary>
        public RequestId? Id { get; private set; }

        public override UpstairsInput ToInput(RequestId id)
        {
            Id = id;
            return new UpstairsInput.Activate(id, generation);
        }

        public void Answer(CrucibleError? error) => _done.TrySetResult(new ActivationResult(error));

        public override void Fail(CrucibleError error) => Answer(error);
    }

    public sealed class Replacement(IPEndPoint old, IPEndPoint next) : RegionSetRequest
    {
        private readonly TaskCompletionSource<ReplaceOutcome> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<ReplaceOutcome> Done => _done.Task;

        public override UpstairsInput ToInput(RequestId id) => new UpstairsInput.Replace(id, old, next);

        public void Answer(ReplaceOutcome outcome) => _done.TrySetResult(outcome);

        public override void Fail(CrucibleError error) =>
            Answer(new ReplaceOutcome.Refused(RefusalDuration.Permanent, error));
    }

    /// <summary>Ends when the region set holds no connection any more.</summary>
    public sealed class LettingGo(TimeSpan grace) : RegionSetRequest
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TimeSpan Grace => grace;

        public Task Done => _done.Task;

        /// <summary>Set and read by the loop alone.</summary>
        public ITimer? GraceTimer { get; set; }

        public override UpstairsInput ToInput(RequestId id) => new UpstairsInput.Deactivate(id);

        public void Finish()
        {
            GraceTimer?.Dispose();
            _done.TrySetResult();
        }

        public override void Fail(CrucibleError error) => Finish();
    }
}
