namespace Crucible.Wire;

// The numbers and ids that travel in messages, one type each so that none can stand in for another.
// Source: protocol version 13, section 4.1 (see docs/crucible-wire.md).

/// <summary>One job on one upstairs session; also used in dependency lists. First used is 1000, never reused.</summary>
public readonly record struct JobId(ulong Value) : IComparable<JobId>
{
    public int CompareTo(JobId other) => Value.CompareTo(other.Value);

    public JobId Next() => new(Value + 1);

    public override string ToString() => $"job {Value}";

    public static bool operator <(JobId left, JobId right) => left.Value < right.Value;

    public static bool operator >(JobId left, JobId right) => left.Value > right.Value;

    public static bool operator <=(JobId left, JobId right) => left.Value <= right.Value;

    public static bool operator >=(JobId left, JobId right) => left.Value >= right.Value;
}

/// <summary>One step of reconciliation, counted from 0 at each reconciliation.</summary>
public readonly record struct ReconciliationId(ulong Value);

/// <summary>A client slot: 0, 1 or 2. The decoder does not check the range.</summary>
public readonly record struct ClientId(byte Value)
{
    public override string ToString() => $"slot {Value}";
}

/// <summary>Extent number within the region, from 0.</summary>
public readonly record struct ExtentId(uint Value)
{
    public override string ToString() => $"extent {Value}";
}

/// <summary>Block number counted from the start of the region.</summary>
public readonly record struct BlockIndex(ulong Value)
{
    public static BlockIndex operator +(BlockIndex start, ulong blocks) => new(start.Value + blocks);

    public override string ToString() => $"block {Value}";
}

/// <summary>The upstairs' generation; the newest one to be promoted owns the region set. 0 is never legal to activate.</summary>
public readonly record struct Generation(ulong Value) : IComparable<Generation>
{
    public int CompareTo(Generation other) => Value.CompareTo(other.Value);

    public override string ToString() => $"generation {Value}";

    public static bool operator <(Generation left, Generation right) => left.Value < right.Value;

    public static bool operator >(Generation left, Generation right) => left.Value > right.Value;

    public static bool operator <=(Generation left, Generation right) => left.Value <= right.Value;

    public static bool operator >=(Generation left, Generation right) => left.Value >= right.Value;
}

/// <summary>The upstairs' flush counter. It is not a job id.</summary>
public readonly record struct FlushNumber(ulong Value)
{
    public override string ToString() => $"flush {Value}";
}

/// <summary>Identifies the region set (the volume part); stable over restarts.</summary>
public readonly record struct UpstairsId(Guid Value)
{
    public override string ToString() => Value.ToString();
}

/// <summary>A random id made anew for each upstairs object.</summary>
public readonly record struct SessionId(Guid Value)
{
    public override string ToString() => Value.ToString();
}

/// <summary>A region's own id; different for each of the three copies.</summary>
public readonly record struct RegionId(Guid Value)
{
    public override string ToString() => Value.ToString();
}

/// <summary>Who a message is from or for: the volume part and the upstairs object.</summary>
public readonly record struct SessionIds(UpstairsId Upstairs, SessionId Session);
