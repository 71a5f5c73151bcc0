using System.Net;
using System.Net.Http.Headers;
using Crucible.Wire;

namespace Crucible.Net.Volumes;

/// <summary>
/// A file behind HTTP as a part of a volume, read by ranges. Its length is learned at the first read, because a volume is made
/// without asking any server; blocks beyond it count as never written.
/// </summary>
/// <remarks>The address may carry credentials, so no error names it.</remarks>
/// <param name="http">Its time-outs are those of each request.</param>
/// <param name="sizeBytes">How far the volume above may ask; what lies beyond the file reads as zeros.</param>
public sealed class UrlDevice(HttpClient http, Uri address, ulong blockSizeBytes, ulong sizeBytes) : IVolumePart
{
    private static readonly IoResult Unsupported = IoResult.Failed(
        new CrucibleError.WithText(CrucibleErrorKind.Unsupported, "what is behind a url cannot be written"));

    private readonly SemaphoreSlim _asking = new(1);
    private long _length = -1;

    public ulong BlockSizeBytes => blockSizeBytes;

    public ulong SizeBytes => sizeBytes;

    public bool ReadOnly => true;

    public async ValueTask<IoResult> ReadAsync(ulong offsetBytes, Memory<byte> destination, CancellationToken ct) =>
        await ReadWrittenAsync(
            offsetBytes, destination, new bool[(ulong)destination.Length / blockSizeBytes], ct).ConfigureAwait(false);

    public async ValueTask<IoResult> ReadWrittenAsync(
        ulong offsetBytes, Memory<byte> destination, Memory<bool> written, CancellationToken ct)
    {
        try
        {
            var length = await LengthAsync(ct).ConfigureAwait(false);
            var here = (int)Math.Min((ulong)destination.Length, Math.Max(length, offsetBytes) - offsetBytes);
            if (here > 0)
                await GetAsync(offsetBytes, destination[..here], ct).ConfigureAwait(false);
            destination.Span[here..].Clear();
            written.Span[..(here / (int)blockSizeBytes)].Fill(true);
            written.Span[(here / (int)blockSizeBytes)..].Clear();
            return IoResult.Ok;
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return IoResult.Failed(CrucibleError.Io($"the url cannot be read: {Reason(e)}"));
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return IoResult.Failed(CrucibleError.Io("the url cannot be read: no answer in time"));
        }
    }

    public ValueTask<IoResult> WriteAsync(ulong offsetBytes, ReadOnlyMemory<byte> data, CancellationToken ct) => new(Unsupported);

    public ValueTask<IoResult> WriteUnwrittenAsync(ulong offsetBytes, ReadOnlyMemory<byte> data, CancellationToken ct) =>
        new(Unsupported);

    public ValueTask<IoResult> FlushAsync(CancellationToken ct) => new(IoResult.Ok);

    /// <summary>In whole blocks. A failed question is asked again by the next read.</summary>
    private async ValueTask<ulong> LengthAsync(CancellationToken ct)
    {
        if (Volatile.Read(ref _length) is >= 0 and var known)
            return (ulong)known;
        await _asking.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            if (_length >= 0)
                return (ulong)_length;
            using var request = new HttpRequestMessage(HttpMethod.Head, address);
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct).ConfigureAwait(false);
            answer.EnsureSuccessStatusCode();
            var length = answer.Content.Headers.ContentLength
                ?? throw new HttpRequestException("the answer has no Content-Length");
            Volatile.Write(ref _length, length - (length % (long)blockSizeBytes));
            return (ulong)_length;
        }
        finally
        {
            _asking.Release();
        }
    }

    private async Task GetAsync(ulong offsetBytes, Memory<byte> destination, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Range = new RangeHeaderValue((long)offsetBytes, (long)offsetBytes + destination.Length - 1);
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct).ConfigureAwait(false);
        if (answer.StatusCode != HttpStatusCode.PartialContent)
            throw new HttpRequestException($"a range is answered with {(int)answer.StatusCode}");
        if (answer.Content.Headers.ContentLength is { } length && length != destination.Length)
            throw new HttpRequestException($"a range of {destination.Length} bytes is answered with {length}");
        var body = await answer.Content.ReadAsStreamAsync(ct).ConfigureAwait(false);
        await body.ReadExactlyAsync(destination, ct).ConfigureAwait(false);
    }

    /// <summary>Messages of the library may quote the address's host but never its path or credentials.</summary>
    private static string Reason(Exception e) => e is HttpRequestException { StatusCode: { } status }
        ? $"status {(int)status}"
        : e.InnerException is System.Net.Sockets.SocketException socket ? socket.Message : e.Message;
}
