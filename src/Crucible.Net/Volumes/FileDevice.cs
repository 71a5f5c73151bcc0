using Crucible.Wire;
using Microsoft.Win32.SafeHandles;

namespace Crucible.Net.Volumes;

/// <summary>A local file as a part of a volume. Every block counts as written; its length is taken once.</summary>
public sealed class FileDevice : IVolumePart, IDisposable
{
    private static readonly IoResult Refused =
        IoResult.Failed(new CrucibleError.Plain(CrucibleErrorKind.ModifyingReadOnlyRegion));

    private static readonly IoResult Unsupported = IoResult.Failed(
        new CrucibleError.WithText(CrucibleErrorKind.Unsupported, "a file does not know which blocks were written"));

    private readonly SafeFileHandle _file;

    private FileDevice(SafeFileHandle file, ulong blockSizeBytes, bool readOnly)
    {
        _file = file;
        ReadOnly = readOnly;
        BlockSizeBytes = blockSizeBytes;
        SizeBytes = (ulong)RandomAccess.GetLength(file) / blockSizeBytes * blockSizeBytes;
    }

    public ulong BlockSizeBytes { get; }

    public ulong SizeBytes { get; }

    public bool ReadOnly { get; }

    /// <summary>Opens a file that is there, to read and to write.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be opened.</exception>
    public static FileDevice Open(string path, ulong blockSizeBytes) =>
        new(Handle(path, FileAccess.ReadWrite), blockSizeBytes, readOnly: false);

    /// <summary>Opens a file that is there, to read only.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be opened.</exception>
    public static FileDevice OpenReadOnly(string path, ulong blockSizeBytes) =>
        new(Handle(path, FileAccess.Read), blockSizeBytes, readOnly: true);

    public ValueTask<IoResult> ReadAsync(ulong offsetBytes, Memory<byte> destination, CancellationToken ct) =>
        TryAsync(async () =>
        {
            for (var at = 0; at < destination.Length;)
            {
                var got = await RandomAccess.ReadAsync(_file, destination[at..], (long)offsetBytes + at, ct).ConfigureAwait(false);
                if (got == 0)
                    throw new IOException("the file has become shorter");
                at += got;
            }
        });

    public async ValueTask<IoResult> ReadWrittenAsync(
        ulong offsetBytes, Memory<byte> destination, Memory<bool> written, CancellationToken ct)
    {
        written.Span.Fill(true);
        return await ReadAsync(offsetBytes, destination, ct).ConfigureAwait(false);
    }

    public ValueTask<IoResult> WriteAsync(ulong offsetBytes, ReadOnlyMemory<byte> data, CancellationToken ct) => ReadOnly
        ? new(Refused)
        : TryAsync(() => RandomAccess.WriteAsync(_file, data, (long)offsetBytes, ct));

    public ValueTask<IoResult> WriteUnwrittenAsync(ulong offsetBytes, ReadOnlyMemory<byte> data, CancellationToken ct) =>
        new(Unsupported);

    public ValueTask<IoResult> FlushAsync(CancellationToken ct) => ReadOnly
        ? new(IoResult.Ok)
        : TryAsync(async () => await Task.Run(() => RandomAccess.FlushToDisk(_file), ct).ConfigureAwait(false));

    public void Dispose() => _file.Dispose();

    private static SafeFileHandle Handle(string path, FileAccess access) =>
        File.OpenHandle(path, FileMode.Open, access, FileShare.ReadWrite, FileOptions.Asynchronous);

    private static async ValueTask<IoResult> TryAsync(Func<ValueTask> action)
    {
        try
        {
            await action().ConfigureAwait(false);
            return IoResult.Ok;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            return IoResult.Failed(CrucibleError.Io(e.Message));
        }
    }
}
