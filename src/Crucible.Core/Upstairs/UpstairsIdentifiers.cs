namespace Crucible.Core.Upstairs;

/// <summary>One question put to the machine by its host; each is answered by exactly one effect that carries it.</summary>
public readonly record struct RequestId(ulong Value)
{
    public override string ToString() => $"request {Value}";
}

/// <summary>One attempt to talk to one slot's server; never reused, so whatever carries an older one is stale.</summary>
public readonly record struct ConnectionNumber(ulong Value)
{
    public override string ToString() => $"connection {Value}";
}

/// <summary>One arming of the automatic flush; an older one is stale.</summary>
public readonly record struct AutoFlushNumber(ulong Value);

/// <summary>The time given to the third copy in one activation; an older one is stale.</summary>
public readonly record struct GraceNumber(ulong Value);

/// <summary>One renewal of two copies; an older one is stale.</summary>
public readonly record struct RenewalNumber(ulong Value);
