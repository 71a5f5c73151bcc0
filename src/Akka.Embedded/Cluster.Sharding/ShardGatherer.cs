using System.Collections.Immutable;
using Akka.Actor;

namespace Akka.Cluster.Sharding;

/// <summary>Asks every shard once for its state and answers one query; lives until then.</summary>
internal sealed class ShardGatherer : ReceiveActor, IWithTimers
{
    private readonly ImmutableDictionary<string, IActorRef> _shards;
    private readonly TimeSpan _limit;
    private readonly Answer _answer;
    private readonly IActorRef _asker;
    private readonly Dictionary<string, ShardState> _states = new(StringComparer.Ordinal);

    public ShardGatherer(
        ImmutableDictionary<string, IActorRef> shards, TimeSpan limit, Answer answer, IActorRef asker)
    {
        _shards = shards;
        _limit = limit;
        _answer = answer;
        _asker = asker;

        Receive<ShardState>(state =>
        {
            _states[state.ShardId] = state;
            if (_states.Count == _shards.Count)
                Finish();
        });
        Receive<TimeUp>(_ => Finish());
    }

    /// <summary>Makes the answer of the states that came and the ids of the shards that did not say theirs.</summary>
    public delegate object Answer(IReadOnlyCollection<ShardState> shards, ImmutableHashSet<string> failed);

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        if (_shards.IsEmpty)
        {
            Finish();
            return;
        }
        Timers.StartSingleTimer(TimeUp.Instance, TimeUp.Instance, _limit);
        foreach (var shard in _shards.Values)
            shard.Tell(new ShardProtocol.GetState());
    }

    private void Finish()
    {
        var failed = _shards.Keys.Where(id => !_states.ContainsKey(id)).ToImmutableHashSet(StringComparer.Ordinal);
        // The region answers, as far as the asker can tell.
        _asker.Tell(_answer(_states.Values, failed), Context.Parent);
        Context.Stop(Self);
    }

    private sealed class TimeUp
    {
        public static readonly TimeUp Instance = new();
    }
}
