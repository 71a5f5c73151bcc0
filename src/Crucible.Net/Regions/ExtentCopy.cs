using Crucible.Wire;

namespace Crucible.Net.Regions;

/// <summary>
/// One extent on its way in: filled from another disk server, checked, and then committed so that it is installed when
/// the extent is opened. Until then nothing of the present extent changes; disposing an uncommitted copy removes it.
/// </summary>
public sealed class ExtentCopy : IDisposable
{
    private const int BufferBytes = 256 * 1024;

    private readonly string _extent;
    private readonly RegionDefinition _region;
    private readonly bool _mayBeDirty;
    private readonly IDiskSync _sync;
    private readonly string _file;
    private bool _isCommitted;

    internal ExtentCopy(string extent, RegionDefinition region, bool mayBeDirty, IDiskSync sync)
    {
        _extent = extent;
        _region = region;
        _mayBeDirty = mayBeDirty;
        _sync = sync;
        _file = ExtentReplacement.Begin(extent);
    }

    /// <summary>Bytes that <see cref="ReceiveAsync"/> must find.</summary>
    public long Length => ExtentFile.LengthOf(_region);

    /// <summary>Takes in the file.</summary>
    /// <param name="source">Its bytes, all of them and no more.</param>
    /// <param name="onProgress">Called after each piece that came.</param>
    /// <returns>What is wrong with it; null if the length is right.</returns>
    /// <exception cref="RegionIoException">The disk failed.</exception>
    /// <exception cref="IOException">The source failed.</exception>
    /// <remarks>On a thread of its own: it waits for the disk all the time, and the pool's threads are few.</remarks>
    public Task<string?> ReceiveAsync(Stream source, Action onProgress, CancellationToken ct) => Task.Factory.StartNew(
        () => Receive(source, onProgress, ct), ct, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private string? Receive(Stream source, Action onProgress, CancellationToken ct)
    {
        using var file = CreateFile();
        var behind = new WriteBehind(file);
        var buffer = new byte[BufferBytes];
        var at = 0L;
        while (true)
        {
            var read = source.ReadAsync(buffer, ct).AsTask().GetAwaiter().GetResult();
            onProgress();
            if (read == 0)
                return at == Length ? null : $"it ended after {at} of {Length} bytes";
            if (at + read > Length)
                return $"it has more than {Length} bytes";
            // Blocks that were never written stay holes.
            var piece = buffer.AsMemory(0, read);
            var from = at;
            if (piece.Span.IndexOfAnyExcept((byte)0) >= 0)
                Region.Guarded(() => RandomAccess.Write(file, piece.Span, from));
            at += read;
            Region.Guarded(() => behind.Reached(at));
        }
    }

    /// <summary>Checks the file and makes it, durably, what the extent is when it is next opened.</summary>
    /// <exception cref="RegionIoException">It is not an extent of this shape, it was not flushed, or the disk failed.
    /// Nothing changed.</exception>
    public Task CommitAsync() => Task.Factory.StartNew(
        Commit, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <inheritdoc cref="CommitAsync"/>
    public void Commit()
    {
        Region.Guarded(() =>
        {
            if (ExtentImage.Settle(_file, _region, _mayBeDirty, isSynced: false, _sync) is { } problem)
                throw new RegionIoException(
                    new CrucibleError.WithText(
                        CrucibleErrorKind.RepairFilesInvalid, $"The fetched extent is not usable: {problem}."),
                    mayPass: false);
            ExtentReplacement.Commit(_extent);
        });
        _isCommitted = true;
    }

    public void Dispose()
    {
        if (_isCommitted)
            return;
        try
        {
            ExtentReplacement.Abandon(_extent);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is rubbish by its name, and is removed when the extent is opened or copied again.
        }
    }

    private Microsoft.Win32.SafeHandles.SafeFileHandle CreateFile()
    {
        Microsoft.Win32.SafeHandles.SafeFileHandle? file = null;
        Region.Guarded(() =>
        {
            file = File.OpenHandle(_file, FileMode.CreateNew, FileAccess.ReadWrite);
            RandomAccess.SetLength(file, Length);
        });
        return file!;
    }
}
