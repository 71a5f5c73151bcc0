using System.Diagnostics.CodeAnalysis;
using Propolis.Core.Lifecycle;
using Propolis.Core.Spec;

namespace Propolis.Core.Json;

/// <summary>Reads the JSON bodies of requests, as strictly as the contract asks and no stricter.</summary>
/// <remarks>An error text starts with the place in the body (<c>init.value.spec.board: missing field `cpus`</c>)
/// and repeats no more of the body than names and short words, so it is safe to answer and to log.</remarks>
public static class RequestJson
{
    /// <summary>The body of <c>PUT /instance</c>.</summary>
    public static bool TryReadEnsure(ReadOnlyMemory<byte> body, SpecFormat format,
        [NotNullWhen(true)] out EnsureRequest? request, [NotNullWhen(false)] out string? error) =>
        JsonPlace.TryRead(body, place => SpecReader.Ensure(place, format), out request, out error);

    /// <summary>A spec by itself, as the command line takes it from a file.</summary>
    public static bool TryReadSpec(ReadOnlyMemory<byte> body, SpecFormat format,
        [NotNullWhen(true)] out InstanceSpec? spec, [NotNullWhen(false)] out string? error) =>
        JsonPlace.TryRead(body, place => SpecReader.Spec(place, format), out spec, out error);

    /// <summary>The body of <c>PUT /instance/state</c>: a bare string.</summary>
    public static bool TryReadStateRequest(
        ReadOnlyMemory<byte> body, out StateRequest request, [NotNullWhen(false)] out string? error) =>
        JsonPlace.TryRead(body, place => place.OneOf(
            ("Run", StateRequest.Run), ("Stop", StateRequest.Stop), ("Reboot", StateRequest.Reboot)),
            out request, out error);

    /// <summary>The body of <c>GET /instance/state-monitor</c>: the generation waited for.</summary>
    public static bool TryReadMonitor(
        ReadOnlyMemory<byte> body, out ulong gen, [NotNullWhen(false)] out string? error) =>
        JsonPlace.TryRead(body, place => JsonFields.AtLeast(place, "gen")["gen"].U64(), out gen, out error);

    /// <summary>The body of <c>PUT /instance/disk/{id}/vcr</c>: a volume construction request as text.</summary>
    public static bool TryReadVcrReplace(ReadOnlyMemory<byte> body,
        [NotNullWhen(true)] out string? vcrJson, [NotNullWhen(false)] out string? error) =>
        JsonPlace.TryRead(body, place => JsonFields.AtLeast(place, "vcr_json")["vcr_json"].Text(),
            out vcrJson, out error);
}
