using System.Net;
using Crucible.Wire;

namespace Crucible.Core.Volumes;

/// <summary>The <c>opts</c> object of a region node. Compares by value; printing it shows no secret.</summary>
/// <param name="Id">The upstairs id. For a disk's own region it equals the volume id.</param>
/// <param name="Target">Addresses of the three copies by slot. The decoder takes any number; a usable region has three.</param>
/// <param name="Lossy">Historical, without effect.</param>
/// <param name="FlushTimeoutSeconds">Between automatic flushes; absent means 0.5.</param>
/// <param name="Key">Present: blocks are encrypted.</param>
/// <param name="CertPem">With the other two: connections use TLS.</param>
/// <param name="Control">Where a status server was asked for.</param>
/// <param name="ReadOnly">No writes, no reconciliation, no repair.</param>
public sealed record CrucibleOpts(
    UpstairsId Id,
    ValueList<IPEndPoint> Target,
    bool Lossy,
    float? FlushTimeoutSeconds,
    EncryptionKey? Key,
    SecretText? CertPem,
    SecretText? KeyPem,
    SecretText? RootCertPem,
    IPEndPoint? Control,
    bool ReadOnly);
