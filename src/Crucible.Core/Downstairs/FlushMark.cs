using Crucible.Wire;

namespace Crucible.Core.Downstairs;

/// <summary>
/// The newest flush of the whole region that is on stable storage: which session asked for it, and as which job. It
/// becomes durable together with the flush.
/// </summary>
/// <remarks>See <see cref="DownstairsMachine"/> for what it is good for.</remarks>
public readonly record struct FlushMark(SessionId Session, JobId Job);
