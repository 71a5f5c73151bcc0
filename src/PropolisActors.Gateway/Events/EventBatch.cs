using System.Collections.Immutable;

namespace PropolisActors.Gateway.Events;

/// <summary>What a reader is to be sent next.</summary>
/// <param name="Gap">To be told first; null when nothing is missing.</param>
/// <param name="Begin">The place before the first of <paramref name="Frames"/>.</param>
/// <param name="Frames">Whole events, oldest first.</param>
/// <param name="Next">The place behind the last of them: what to ask after next time.</param>
internal sealed record EventBatch(
    EventGap? Gap, EventId Begin, ImmutableArray<ReadOnlyMemory<byte>> Frames, EventId Next);
