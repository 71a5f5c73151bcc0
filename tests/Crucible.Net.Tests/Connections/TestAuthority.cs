using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Crucible.Net.Connections;

namespace Crucible.Net.Tests.Connections;

/// <summary>A root certificate of one test, and what it signs.</summary>
internal sealed class TestAuthority : IDisposable
{
    // Made once, because it takes long: which key a leaf has makes no difference to who trusts whom.
    private static readonly RSA LeafKey = RSA.Create(2048);
    private static readonly RSA[] RootKeys = [RSA.Create(2048), RSA.Create(2048)];

    private readonly RSA _key;
    private readonly X509Certificate2 _root;

    /// <summary>An authority with a self-signed root.</summary>
    /// <param name="name">Of the root.</param>
    /// <param name="number">0 or 1: authorities of different numbers do not vouch for each other.</param>
    public TestAuthority(string name, int number)
    {
        _key = RootKeys[number];
        var request = new CertificateRequest($"CN={name}", _key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _root = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-10), DateTimeOffset.UtcNow.AddDays(10));
    }

    public string RootPem => _root.ExportCertificatePem();

    public void Dispose() => _root.Dispose();

    /// <summary>A certificate and its key in PEM.</summary>
    /// <param name="dnsName">The name it is for; null for none.</param>
    /// <param name="keyForm">pkcs1, pkcs8 or ec.</param>
    /// <param name="validDays">From yesterday on; negative for one that ended before now.</param>
    /// <param name="usage">An extended key usage; null for no such extension.</param>
    public (string Certificate, string Key) Issue(
        string? dnsName, string keyForm = "pkcs8", int validDays = 5, string? usage = null)
    {
        var rsa = LeafKey;
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = keyForm == "ec"
            ? new CertificateRequest("CN=leaf", ec, HashAlgorithmName.SHA256)
            : new CertificateRequest("CN=leaf", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        if (dnsName is not null)
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName(dnsName);
            request.CertificateExtensions.Add(names.Build());
        }
        if (usage is not null)
            request.CertificateExtensions.Add(
                new X509EnhancedKeyUsageExtension([new Oid(usage)], critical: false));
        var from = DateTimeOffset.UtcNow.AddDays(-9);
        using var certificate = request.Create(
            _root.SubjectName, X509SignatureGenerator.CreateForRSA(_key, RSASignaturePadding.Pkcs1), from,
            DateTimeOffset.UtcNow.AddDays(validDays), RandomNumberGenerator.GetBytes(8));
        var key = keyForm switch
        {
            "pkcs1" => rsa.ExportRSAPrivateKeyPem(),
            "ec" => ec.ExportECPrivateKeyPem(),
            _ => rsa.ExportPkcs8PrivateKeyPem(),
        };
        return (certificate.ExportCertificatePem(), key);
    }

    /// <summary>Somebody this authority vouches for, who trusts only what it vouches for.</summary>
    public TlsIdentity Identity(
        string? dnsName, string keyForm = "pkcs8", int validDays = 5, string? usage = null, TestAuthority? trusts = null)
    {
        var (certificate, key) = Issue(dnsName, keyForm, validDays, usage);
        return TlsIdentity.FromPem(certificate, key, (trusts ?? this).RootPem);
    }
}
