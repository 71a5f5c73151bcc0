using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Propolis.Core.Api;

namespace PropolisActors.Gateway.Access;

/// <summary>Says who may come in. Its files are read once, when the service starts.</summary>
public sealed class AccessControl
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private static readonly ApiError Unauthorized = new(
        401, nameof(Unauthorized), "this service asks for its token: send it as 'Authorization: Bearer TOKEN'");

    private readonly X509Certificate2? _certificate;
    private readonly X509Certificate2Collection _chain;
    private readonly X509Certificate2Collection? _clientRoots;
    private readonly BearerToken? _token;

    private AccessControl(
        X509Certificate2? certificate,
        X509Certificate2Collection chain,
        X509Certificate2Collection? clientRoots,
        BearerToken? token) =>
        (_certificate, _chain, _clientRoots, _token) = (certificate, chain, clientRoots, token);

    /// <summary>Everybody may.</summary>
    public static AccessControl Open { get; } = new(null, [], null, null);

    /// <summary>Connections are TLS.</summary>
    public bool IsTls => _certificate is not null;

    /// <summary>Reads what the options name.</summary>
    /// <exception cref="AccessException">A file cannot be used, or others can read a secret one.</exception>
    public static AccessControl Load(AccessOptions options)
    {
        X509Certificate2? certificate = null;
        X509Certificate2Collection chain = [];
        if (options is { CertificateFile: { } file, KeyFile: { } keyFile })
        {
            chain = AccessFiles.ReadCertificates(file);
            certificate = AccessFiles.Pair(file, keyFile);
            chain.RemoveAt(0);
        }

        return new AccessControl(
            certificate,
            chain,
            options.ClientCaFile is { } roots ? AccessFiles.ReadCertificates(roots) : null,
            options.TokenFile is { } tokenFile ? AccessFiles.ReadToken(tokenFile) : null);
    }

    /// <summary>Why a request is refused, or null. Whether the service lives may be asked by anybody.</summary>
    /// <param name="isOpen">The route tells nothing of any VM.</param>
    public ApiError? WhyNot(HttpRequest request, bool isOpen) =>
        _token is null || isOpen || _token.IsIn(request.Headers.Authorization) ? null : Unauthorized;

    /// <summary>Sets the server's end of a handshake.</summary>
    /// <param name="https">Of one listener.</param>
    /// <param name="handshakeTime">For the whole handshake.</param>
    internal void Apply(HttpsConnectionAdapterOptions https, TimeSpan handshakeTime)
    {
        https.ServerCertificate = _certificate;
        https.ServerCertificateChain = _chain;
        https.HandshakeTimeout = handshakeTime;
        if (_clientRoots is null)
            return;
        https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
        // What the machine trusts is of no interest: only these roots count.
        https.ClientCertificateValidation = (client, presented, _) => IsVouchedFor(client, presented);
    }

    private bool IsVouchedFor(X509Certificate2 client, X509Chain? presented)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.CustomTrustStore.AddRange(_clientRoots!);
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ClientAuthentication));
        foreach (var element in presented?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        return chain.Build(client);
    }
}
