using System.Net;
using System.Text.Json;
using Crucible.Net.Regions;
using Crucible.Wire;

namespace Crucible.Net.Downstairs;

/// <summary>The client of another disk server's repair interface (protocol section 19.2).</summary>
internal sealed class ExtentSource : IDisposable
{
    private const int SmallAnswerBytesMax = 64 * 1024;

    /// <summary>Of the connection, and of each step of a copy (protocol section 10).</summary>
    private static readonly TimeSpan StallMax = TimeSpan.FromSeconds(15);

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        ConnectTimeout = StallMax,
        UseProxy = false,
        AllowAutoRedirect = false,
        UseCookies = false,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
        MaxResponseContentBufferSize = SmallAnswerBytesMax,
    };

    private readonly TimeProvider _time;

    public ExtentSource(TimeProvider time) => _time = time;

    /// <summary>Copies one extent: its file, and then the question whether it was closed all the time.</summary>
    /// <returns>Null once the copy is committed; otherwise what went wrong, and nothing has changed.</returns>
    public async Task<CrucibleError?> FetchAsync(
        IPEndPoint from, ExtentId extent, ExtentCopy copy, CancellationToken ct)
    {
        // The reference limits a whole request to 15 s; a large extent over a slow link then never comes. Here 15 s
        // without progress are the limit, whatever the size.
        using var stall = new CancellationTokenSource(StallMax, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stall.Token, ct);
        try
        {
            return await FetchAsync(from, extent, copy, () => stall.CancelAfter(StallMax), either.Token)
                .ConfigureAwait(false);
        }
        catch (RegionIoException e)
        {
            return e.Error;
        }
        catch (OperationCanceledException)
        {
            return Error(CrucibleErrorKind.RepairRequestError, stall.IsCancellationRequested
                ? $"The repair server at {from} made no progress for {StallMax.TotalSeconds:0} s."
                : "The repair was given up.");
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or UriFormatException)
        {
            return Error(CrucibleErrorKind.RepairRequestError, $"The repair server at {from} failed: {e.Message}");
        }
        catch (IOException e)
        {
            return Error(CrucibleErrorKind.RepairStreamError, $"The extent broke off at {from}: {e.Message}");
        }
    }

    /// <summary>What a disk server serves, and whether it is read-only.</summary>
    /// <exception cref="HttpRequestException">It does not answer.</exception>
    /// <exception cref="JsonException">Its answer is not one.</exception>
    public async Task<(byte[] Definition, bool ReadOnly)> DescribeAsync(IPEndPoint from, CancellationToken ct)
    {
        var definition = await _http.GetByteArrayAsync(Uri(from, "region-info"), ct).ConfigureAwait(false);
        return (definition, await AskAsync<bool>(from, "region-mode", ct).ConfigureAwait(false));
    }

    public void Dispose() => _http.Dispose();

    private async Task<CrucibleError?> FetchAsync(
        IPEndPoint from, ExtentId extent, ExtentCopy copy, Action onProgress, CancellationToken ct)
    {
        var files = await AskAsync<string[]>(from, $"extent/{extent.Value}/files", ct).ConfigureAwait(false);
        if (files is not [var only] || only != Region.FileNameOf(extent))
            return Error(CrucibleErrorKind.RepairFilesInvalid,
                $"{from} has the files [{string.Join(", ", files.Take(8))}] for {extent}.");
        onProgress();

        using var response = await _http
            .GetAsync(Uri(from, $"newextent/{extent.Value}/data"), HttpCompletionOption.ResponseHeadersRead, ct)
            .ConfigureAwait(false);
        response.EnsureSuccessStatusCode();
        var body = await response.Content.ReadAsStreamAsync(ct).ConfigureAwait(false);
        if (await copy.ReceiveAsync(body, onProgress, ct).ConfigureAwait(false) is { } problem)
            return Error(CrucibleErrorKind.RepairStreamError, $"The file of {extent} from {from} is wrong: {problem}.");

        if (!await AskAsync<bool>(from, $"extent/{extent.Value}/repair-ready", ct).ConfigureAwait(false))
            return Error(CrucibleErrorKind.RepairRequestError, $"{extent} was not closed at {from} during the copy.");
        ct.ThrowIfCancellationRequested();
        await copy.CommitAsync().ConfigureAwait(false);
        return null;
    }

    private async Task<T> AskAsync<T>(IPEndPoint from, string what, CancellationToken ct) =>
        JsonSerializer.Deserialize<T>(await _http.GetByteArrayAsync(Uri(from, what), ct).ConfigureAwait(false))
        ?? throw new JsonException($"The answer to {what} is empty.");

    private static Uri Uri(IPEndPoint from, string what) => new($"http://{from}/{what}");

    private static CrucibleError.WithText Error(CrucibleErrorKind kind, string text) => new(kind, text);
}
