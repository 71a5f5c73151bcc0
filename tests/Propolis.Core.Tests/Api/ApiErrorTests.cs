using Propolis.Core.Api;
using Propolis.Core.Json;
using Propolis.Core.Lifecycle;

namespace Propolis.Core.Tests.Api;

public class ApiErrorTests
{
    public static TheoryData<ApiError, int, string?, string> Vocabulary => new()
    {
        { ApiError.MissingApiVersion, 400, null, "missing expected header \"api-version\"" },
        { ApiError.BadApiVersion("x"), 400, null, "bad value for header \"api-version\": x" },
        { ApiError.UnsupportedApiVersion("5.0.1"), 400, null, "server does not support this API version: 5.0.1" },
        { ApiError.UnknownPath, 404, null, "Not Found" },
        { ApiError.MethodNotAllowed, 405, null, "Method Not Allowed" },
        { ApiError.BadPathParameter("x"), 400, null, "bad parameter in URL path: x" },
        { ApiError.BadQuery("x"), 400, null, "unable to parse query string: x" },
        { ApiError.UnsupportedContentType("a/b"), 400, null, "unsupported content-type: a/b" },
        {
            ApiError.UnexpectedContentType("a/b"), 400, null,
            "expected content type \"application/json\", got \"a/b\""
        },
        { ApiError.BodyTooLarge, 400, null, "request body exceeded maximum size of 1048576 bytes" },
        { ApiError.UnparsableBody("x"), 400, null, "unable to parse JSON body: x" },
        { ApiError.ExpectedUpgrade, 400, null, "expected connection upgrade" },
        { ApiError.ExpectedWebSocket, 400, null, "unexpected protocol for upgrade" },
        { ApiError.BadWebSocketVersion, 400, null, "missing or invalid websocket version" },
        { ApiError.MissingWebSocketKey, 400, null, "missing websocket key" },
        { ApiError.InvalidSpec("x"), 400, null, "failed to generate internal instance spec: x" },
        { ApiError.AlreadyInitialized, 409, "AlreadyInitialized", "instance already initialized" },
        { ApiError.NoInstance, 424, "NoInstance", "Server not initialized (no instance)" },
        {
            ApiError.MonitorNeverSatisfied(7), 410, "NoInstance",
            "No instance present; will never reach generation 7"
        },
        {
            ApiError.StateChangeForbidden(DenialReason.Halted), 403,
            "instance state change not allowed: Instance has already halted", "Forbidden"
        },
        { ApiError.VmDestroyed, 410, "VM destroyed before request could be handled", "Gone" },
        { ApiError.Internal, 500, "Internal", "Internal Server Error" },
        { ApiError.NoCrucibleBackend("x"), 404, "No crucible backend for id x", "Not Found" },
        { ApiError.NoDisk("x"), 404, "no disk with id x!", "Not Found" },
        { ApiError.NoDiskInSpec("x"), 404, "no disk in spec with backend ID x", "Not Found" },
        { ApiError.BackendKindDiffers("d", "b", "k"), 404, "disk d has backend b but its kind is k", "Not Found" },
        { ApiError.DiskRefused("x"), 400, "x", "x" },
        { ApiError.DiskRefused("code", "x"), 400, "code", "x" },
        { ApiError.DiskTemporarilyRefused("code", "x", TimeSpan.FromSeconds(1)), 409, "code", "x" },
        {
            ApiError.SerialOffsetAmbiguous, 400, null,
            "Exactly one of 'from_start' or 'most_recent' must be specified."
        },
        { ApiError.SerialOffsetExpired("x"), 400, null, "x" },
    };

    [Theory]
    [MemberData(nameof(Vocabulary))]
    public void Every_error_has_the_contracts_status_and_fields(
        ApiError error, int status, string? code, string message) =>
        Assert.Equal((status, code, message), (error.Status, error.ErrorCode, error.Message));

    [Fact]
    public void Only_a_temporary_refusal_says_when_to_ask_again()
    {
        Assert.Equal(TimeSpan.FromSeconds(2),
            ApiError.DiskTemporarilyRefused("code", "x", TimeSpan.FromSeconds(2)).RetryAfter);
        Assert.Null(ApiError.DiskRefused("x").RetryAfter);
    }

    [Fact]
    public void An_error_without_a_code_leaves_the_field_out()
    {
        var id = Guid.Parse("0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9");

        Assert.Equal(
            $$"""{"request_id":"{{id}}","message":"Not Found"}""",
            Text(ResponseJson.Error(ApiError.UnknownPath, id)));
        Assert.Equal(
            $$"""{"request_id":"{{id}}","error_code":"Internal","message":"Internal Server Error"}""",
            Text(ResponseJson.Error(ApiError.Internal, id)));
    }

    private static string Text(byte[] utf8) => System.Text.Encoding.UTF8.GetString(utf8);
}
