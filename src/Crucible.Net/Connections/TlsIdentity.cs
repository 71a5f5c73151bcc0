using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Crucible.Net.Connections;

/// <summary>
/// Who one end is and whom it trusts: a certificate with its chain, its key, and the roots (protocol section 19.1).
/// Either end of a mutual handshake is made from it.
/// </summary>
/// <remarks>Keys may be PKCS#1 ("RSA PRIVATE KEY"), PKCS#8 ("PRIVATE KEY") or SEC1 ("EC PRIVATE KEY"). Only the given
/// roots are trusted, never those of the machine. Revocation is not looked up.</remarks>
public sealed class TlsIdentity : IDisposable
{
    private readonly X509Certificate2 _certificate;
    private readonly X509Certificate2Collection _intermediates;
    private readonly X509Certificate2Collection _roots;

    private TlsIdentity(
        X509Certificate2 certificate, X509Certificate2Collection intermediates, X509Certificate2Collection roots)
    {
        _certificate = certificate;
        _intermediates = intermediates;
        _roots = roots;
        Context = SslStreamCertificateContext.Create(certificate, intermediates, offline: true);
    }

    internal SslStreamCertificateContext Context { get; }

    /// <summary>Reads an identity from three PEM files.</summary>
    /// <exception cref="TlsException">One cannot be read or holds something else; the message names it.</exception>
    public static TlsIdentity Load(string certificateFile, string keyFile, string rootsFile) => FromPem(
        Read(certificateFile), Read(keyFile), Read(rootsFile), certificateFile, keyFile, rootsFile);

    /// <summary>Reads an identity from PEM text.</summary>
    /// <inheritdoc cref="Load"/>
    public static TlsIdentity FromPem(string certificate, string key, string roots) =>
        FromPem(certificate, key, roots, "the certificate", "the key", "the root certificate");

    public void Dispose()
    {
        _certificate.Dispose();
        foreach (var other in _intermediates.Concat(_roots))
            other.Dispose();
    }

    /// <summary>The rules by which a peer's chain is built: only the given roots, no look-ups.</summary>
    internal X509ChainPolicy PeerPolicy()
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(_roots);
        policy.ExtraStore.AddRange(_intermediates);
        return policy;
    }

    private static TlsIdentity FromPem(
        string certificate, string key, string roots, string certificateName, string keyName, string rootsName)
    {
        var chain = Certificates(certificate, certificateName);
        var trusted = Certificates(roots, rootsName);
        try
        {
            using var paired = X509Certificate2.CreateFromPem(certificate, key);
            var own = Usable(paired);
            chain[0].Dispose();
            chain.RemoveAt(0);
            return new TlsIdentity(own, chain, trusted);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new TlsException(TlsFault.KeyUnusable,
                $"There is no private key in {keyName} that belongs to {certificateName}.", e);
        }
    }

    private static X509Certificate2Collection Certificates(string pem, string name)
    {
        var found = new X509Certificate2Collection();
        try
        {
            found.ImportFromPem(pem);
        }
        catch (CryptographicException e)
        {
            throw new TlsException(TlsFault.CertificateUnreadable, $"A certificate in {name} is not readable.", e);
        }
        return found.Count > 0
            ? found
            : throw new TlsException(TlsFault.CertificateUnreadable, $"There is no certificate in {name}.");
    }

    // Windows cannot use a key that is only in memory until it has been through a PKCS#12 form.
    private static X509Certificate2 Usable(X509Certificate2 paired) => OperatingSystem.IsWindows()
        ? X509CertificateLoader.LoadPkcs12(paired.Export(X509ContentType.Pkcs12), password: null)
        : new X509Certificate2(paired);

    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TlsException(TlsFault.FileUnreadable, $"{file} cannot be read: {e.Message}", e);
        }
    }
}
