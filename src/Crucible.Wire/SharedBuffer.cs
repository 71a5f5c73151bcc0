namespace Crucible.Wire;

/// <summary>
/// Bytes that several hold at once. Each holder lets go exactly once; after the last the bytes go back to the
/// <see cref="BufferPool"/> they came from and are used for something else. A holder that is forgotten costs nothing but
/// an allocation later.
/// </summary>
public sealed class SharedBuffer
{
    private readonly BufferPool? _home;
    private int _holders = 1;

    internal SharedBuffer(int bytes, BufferPool? home)
    {
        Bytes = GC.AllocateUninitializedArray<byte>(bytes);
        _home = home;
    }

    /// <summary>At least as long as was asked for; its content is left over from an earlier use.</summary>
    public byte[] Bytes { get; }

    /// <summary>Nobody else holds it.</summary>
    public bool IsHeldOnce => Volatile.Read(ref _holders) == 1;

    public void Hold() => Interlocked.Increment(ref _holders);

    public void Release()
    {
        if (Interlocked.Decrement(ref _holders) == 0)
            _home?.TakeBack(this);
    }

    internal void Renew() => Volatile.Write(ref _holders, 1);
}
