using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Crucible.Net.Connections;

/// <summary>
/// The TLS handshake of either end of a protocol connection: mutual, TLS 1.2 or 1.3, with a time limit, and with the
/// reason when it fails.
/// </summary>
public static class TlsHandshake
{
    private const SslProtocols Versions = SslProtocols.Tls12 | SslProtocols.Tls13;
    private const string ServerUsage = "1.3.6.1.5.5.7.3.1";
    private const string ClientUsage = "1.3.6.1.5.5.7.3.2";

    /// <summary>A handshake takes no longer than a connection attempt may (protocol section 10).</summary>
    public static readonly TimeSpan LimitDefault = TimeSpan.FromSeconds(10);

    /// <summary>The name a disk server's certificate must carry: <c>downstairs0</c> to <c>downstairs2</c>, by its slot
    /// in the region set and not by its host.</summary>
    public static string ServerNameOf(int slot) => $"downstairs{slot}";

    /// <summary>The disk server's end. The peer must show a certificate that leads to one of our roots.</summary>
    /// <returns>The stream to speak on; it owns <paramref name="transport"/>.</returns>
    /// <exception cref="TlsException">It failed, and says why; the transport was disposed.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="ct"/> ended it; the transport was
    /// disposed.</exception>
    public static Task<Stream> AcceptAsync(
        Stream transport, TlsIdentity identity, TimeSpan limit, TimeProvider time, CancellationToken ct) =>
        RunAsync(
            transport,
            (stream, check, inTime) => stream.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions
                {
                    ServerCertificateContext = identity.Context,
                    ClientCertificateRequired = true,
                    EnabledSslProtocols = Versions,
                    CertificateChainPolicy = PolicyFor(identity, ClientUsage),
                    RemoteCertificateValidationCallback = check,
                },
                inTime),
            limit, time, ct);

    /// <summary>The upstairs' end. The peer's certificate must lead to one of our roots and carry the name.</summary>
    /// <param name="serverName">See <see cref="ServerNameOf"/>.</param>
    /// <inheritdoc cref="AcceptAsync"/>
    public static Task<Stream> ConnectAsync(
        Stream transport, TlsIdentity identity, string serverName, TimeSpan limit, TimeProvider time,
        CancellationToken ct) =>
        RunAsync(
            transport,
            (stream, check, inTime) => stream.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = serverName,
                    ClientCertificateContext = identity.Context,
                    EnabledSslProtocols = Versions,
                    CertificateChainPolicy = PolicyFor(identity, ServerUsage),
                    RemoteCertificateValidationCallback = check,
                },
                inTime),
            limit, time, ct);

    private static async Task<Stream> RunAsync(
        Stream transport, Func<SslStream, RemoteCertificateValidationCallback, CancellationToken, Task> shakeHands,
        TimeSpan limit, TimeProvider time, CancellationToken ct)
    {
        using var late = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, ct);
        TlsException? refusal = null;
        var stream = new SslStream(transport, leaveInnerStreamOpen: false);
        try
        {
            await shakeHands(
                stream, (_, certificate, chain, errors) => (refusal = RefusalOf(certificate, chain, errors)) is null,
                either.Token).ConfigureAwait(false);
            return stream;
        }
        catch (Exception e)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            ct.ThrowIfCancellationRequested();
            if (refusal is not null)
                throw refusal;
            if (late.IsCancellationRequested)
                throw new TlsException(
                    TlsFault.HandshakeTimedOut, $"The TLS handshake took over {limit.TotalSeconds:0} s.", e);
            throw new TlsException(TlsFault.HandshakeFailed, $"The TLS handshake failed: {Innermost(e)}", e);
        }
    }

    private static X509ChainPolicy PolicyFor(TlsIdentity identity, string usage)
    {
        var policy = identity.PeerPolicy();
        // A certificate without the extension is good for everything; one with it must say so.
        policy.ApplicationPolicy.Add(new(usage));
        return policy;
    }

    private static TlsException? RefusalOf(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None)
            return null;
        if (certificate is null)
            return new(TlsFault.PeerWithoutCertificate, "The peer showed no certificate.");
        var who = $"The peer's certificate ({certificate.Subject})";
        var problems = chain?.ChainStatus.Aggregate(
            X509ChainStatusFlags.NoError, (all, status) => all | status.Status) ?? X509ChainStatusFlags.NoError;
        if (problems.HasFlag(X509ChainStatusFlags.PartialChain) || problems.HasFlag(X509ChainStatusFlags.UntrustedRoot))
            return new(TlsFault.PeerForeign, $"{who} does not lead to a root that is trusted here.");
        if (problems.HasFlag(X509ChainStatusFlags.NotTimeValid))
            return new(TlsFault.PeerExpired,
                $"{who} is not valid now, only from {certificate.GetEffectiveDateString()} "
                + $"to {certificate.GetExpirationDateString()}.");
        if (problems.HasFlag(X509ChainStatusFlags.NotValidForUsage))
            return new(TlsFault.PeerUsageWrong, $"{who} is not meant for this end of a connection.");
        if (problems != X509ChainStatusFlags.NoError)
            return new(TlsFault.PeerForeign, $"{who} is not acceptable: {problems}.");
        return new(TlsFault.PeerNameWrong, $"{who} is for another name than the one asked for.");
    }

    private static string Innermost(Exception e)
    {
        while (e.InnerException is { } inner)
            e = inner;
        return e.Message;
    }
}
