using Microsoft.AspNetCore.Http;
using PropolisActors.Gateway.Http;
using PropolisActors.Protocols;

namespace PropolisActors.Gateway.Endpoints;

/// <summary>A request that passed every check that needs no actor.</summary>
/// <param name="Http">The connection.</param>
/// <param name="Version">What its client speaks.</param>
/// <param name="Vm">The VM it is about.</param>
/// <param name="Disk">The backend id as given, on disk routes; else empty.</param>
/// <param name="PathId">The UUID in the path, on routes with one; else empty.</param>
/// <param name="Query">Read on the console routes; empty on others.</param>
/// <param name="Body">Read where a body is expected; else empty. It may hold keys: never print it.</param>
/// <param name="Ended">The client has gone, or the service stops.</param>
internal sealed record Call(
    HttpContext Http,
    ApiVersion Version,
    VmName Vm,
    string Disk,
    Guid PathId,
    ConsoleQuery Query,
    ReadOnlyMemory<byte> Body,
    CancellationToken Ended);
