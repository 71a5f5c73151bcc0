namespace Crucible.Wire;

/// <summary>No value: the success of an operation that returns nothing.</summary>
public readonly record struct Unit;

/// <summary>A success value or the error that stands in its place.</summary>
public readonly record struct WireResult<T>(T Value, CrucibleError? Error)
{
    public bool IsOk => Error is null;

    public static WireResult<T> Ok(T value) => new(value, null);

    public static WireResult<T> Err(CrucibleError error) => new(default!, error);
}
