using Propolis.Core.Lifecycle;

namespace Propolis.Core.Api;

/// <summary>An answer that is not a success: one closed vocabulary, so that the gateway only serialises.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="ErrorCode">Left out of the body when null.</param>
/// <param name="Message">Always in the body.</param>
/// <remarks>Source: propolis-server API, sections 1.2, 1.4 to 1.7, 7, 12, 13.1 and 14.2. Which text stands in which
/// field is part of the contract: existing clients look for it there.</remarks>
public sealed record ApiError(int Status, string? ErrorCode, string Message)
{
    /// <summary>When a temporary refusal is worth asking again: the <c>Retry-After</c> header, else null.</summary>
    public TimeSpan? RetryAfter { get; private init; }

    // Version header, checked before anything else.

    public static ApiError MissingApiVersion { get; } = BadRequest("missing expected header \"api-version\"");

    public static ApiError BadApiVersion(string detail) =>
        BadRequest($"bad value for header \"api-version\": {detail}");

    public static ApiError UnsupportedApiVersion(string version) =>
        BadRequest($"server does not support this API version: {version}");

    // Routing.

    public static ApiError UnknownPath { get; } = new(404, null, "Not Found");

    /// <summary>To be sent with an <c>Allow</c> header.</summary>
    public static ApiError MethodNotAllowed { get; } = new(405, null, "Method Not Allowed");

    public static ApiError BadPathParameter(string detail) => BadRequest($"bad parameter in URL path: {detail}");

    public static ApiError BadQuery(string detail) => BadRequest($"unable to parse query string: {detail}");

    // Bodies and upgrades.

    public static ApiError UnsupportedContentType(string mime) => BadRequest($"unsupported content-type: {mime}");

    public static ApiError UnexpectedContentType(string mime) =>
        BadRequest($"expected content type \"application/json\", got \"{mime}\"");

    /// <summary>400 and not 413, as the reference answers it.</summary>
    public static ApiError BodyTooLarge { get; } =
        BadRequest($"request body exceeded maximum size of {ApiLimits.BodyBytesMax} bytes");

    public static ApiError UnparsableBody(string detail) => BadRequest($"unable to parse JSON body: {detail}");

    public static ApiError ExpectedUpgrade { get; } = BadRequest("expected connection upgrade");

    public static ApiError ExpectedWebSocket { get; } = BadRequest("unexpected protocol for upgrade");

    public static ApiError BadWebSocketVersion { get; } = BadRequest("missing or invalid websocket version");

    public static ApiError MissingWebSocketKey { get; } = BadRequest("missing websocket key");

    // The VM.

    public static ApiError InvalidSpec(string detail) =>
        BadRequest($"failed to generate internal instance spec: {detail}");

    public static ApiError AlreadyInitialized { get; } =
        new(409, nameof(AlreadyInitialized), "instance already initialized");

    public static ApiError NoInstance { get; } = new(424, nameof(NoInstance), "Server not initialized (no instance)");

    public static ApiError MonitorNeverSatisfied(ulong gen) =>
        new(410, nameof(NoInstance), $"No instance present; will never reach generation {gen}");

    public static ApiError StateChangeForbidden(DenialReason reason) =>
        new(403, $"instance state change not allowed: {reason.Text()}", "Forbidden");

    /// <summary>A request that was accepted, but whose VM went away first.</summary>
    public static ApiError VmDestroyed { get; } = new(410, "VM destroyed before request could be handled", "Gone");

    /// <summary>The detail belongs in the log only.</summary>
    public static ApiError Internal { get; } = new(500, nameof(Internal), "Internal Server Error");

    /// <summary>A limit of this service is reached; the same request may succeed later.</summary>
    public static ApiError Busy(string detail) => new(503, nameof(Busy), detail) { RetryAfter = TimeSpan.FromSeconds(1) };

    /// <summary>
    /// The request is not known to last, because the journal could not store it; nothing was done. It may succeed when the
    /// cause is mended.
    /// </summary>
    public static ApiError NotStored(string reason) =>
        new(503, nameof(NotStored), $"the request could not be stored: {reason}") { RetryAfter = TimeSpan.FromSeconds(1) };

    /// <summary>What is asked for is in the journal, and cannot be read. It is still there.</summary>
    public static ApiError JournalUnreadable(string reason) =>
        new(500, nameof(JournalUnreadable), $"the journal cannot be read: {reason}");

    // Disks.

    /// <summary>No network volume has this key.</summary>
    /// <param name="id">As it was asked for by a status request; in canonical form for a replacement.</param>
    public static ApiError NoCrucibleBackend(string id) => DiskNotFound($"No crucible backend for id {id}");

    /// <summary>The same for a snapshot request, which words it differently.</summary>
    public static ApiError NoDisk(string id) => DiskNotFound($"no disk with id {id}!");

    public static ApiError NoDiskInSpec(string backendId) =>
        DiskNotFound($"no disk in spec with backend ID {backendId}");

    public static ApiError BackendKindDiffers(string device, string backendId, string kind) =>
        DiskNotFound($"disk {device} has backend {backendId} but its kind is {kind}");

    /// <summary>A disk request that will not succeed however often sent: the text stands in both fields.</summary>
    /// <param name="detail">Must not hold a key or a volume construction request.</param>
    public static ApiError DiskRefused(string detail) => new(400, detail, detail);

    /// <summary>The same with a stable code in place of the text, where we have one.</summary>
    public static ApiError DiskRefused(string code, string detail) => new(400, code, detail);

    /// <summary>A disk request that may succeed later. The reference answers 400 here; clients retry either.</summary>
    public static ApiError DiskTemporarilyRefused(string code, string detail, TimeSpan retryAfter) =>
        new(409, code, detail) { RetryAfter = retryAfter };

    // Serial console.

    public static ApiError SerialOffsetAmbiguous { get; } =
        BadRequest("Exactly one of 'from_start' or 'most_recent' must be specified.");

    /// <summary>The place asked for was discarded.</summary>
    /// <param name="detail">What <see cref="Serial.SerialRead.Expired"/> says.</param>
    public static ApiError SerialOffsetExpired(string detail) => BadRequest(detail);

    private static ApiError BadRequest(string message) => new(400, null, message);

    private static ApiError DiskNotFound(string detail) => new(404, detail, "Not Found");
}
