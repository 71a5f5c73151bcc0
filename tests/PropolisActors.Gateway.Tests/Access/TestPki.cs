using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PropolisActors.Gateway.Tests.Access;

/// <summary>Certificates of one root, made for one test, and the files a service reads.</summary>
internal sealed class TestPki : IDisposable
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("gateway-access-");
    private readonly X509Certificate2 _root;

    public TestPki()
    {
        _root = MakeRoot();
        using var server = Issue("127.0.0.1", ServerAuthentication);
        CertificateFile = Write("cert.pem", server.ExportCertificatePem());
        KeyFile = Write("key.pem", server.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        RootFile = Write("root.pem", _root.ExportCertificatePem());
    }

    public string CertificateFile { get; }

    public string KeyFile { get; }

    public string RootFile { get; }

    /// <summary>A certificate a client may show, with its key.</summary>
    public X509Certificate2 Client() => Issue("client", ClientAuthentication);

    /// <summary>A certificate of the same root that is not meant for clients.</summary>
    public X509Certificate2 NotForClients() => Issue("server", ServerAuthentication);

    /// <summary>Writes a file that only its owner can read.</summary>
    public string Write(string name, string text)
    {
        var file = Path.Combine(_directory.FullName, name);
        File.WriteAllText(file, text);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return file;
    }

    /// <summary>A client that trusts this root alone.</summary>
    public HttpClient ClientOf(IPEndPoint address, X509Certificate2? certificate = null)
    {
        var handler = new SocketsHttpHandler { UseProxy = false };
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.Add(_root);
        if (certificate is not null)
            handler.SslOptions.ClientCertificates = [certificate];
        var client = new HttpClient(handler) { BaseAddress = new Uri($"https://{address}"), Timeout = RawHttp.Patience };
        client.DefaultRequestHeaders.Add("api-version", "5.0.0");
        return client;
    }

    public void Dispose()
    {
        _root.Dispose();
        _directory.Delete(recursive: true);
    }

    private static X509Certificate2 MakeRoot()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=root", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    private X509Certificate2 Issue(string name, string use)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(use)], critical: false));
        using var bare = request.Create(
            _root, new DateTimeOffset(_root.NotBefore), new DateTimeOffset(_root.NotAfter), RandomNumberGenerator.GetBytes(8));
        using var pair = bare.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(
            pair.Export(X509ContentType.Pkcs12), password: null, X509KeyStorageFlags.Exportable);
    }
}
