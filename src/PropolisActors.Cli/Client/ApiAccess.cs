using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PropolisActors.Cli.Client;

/// <summary>What a client shows to be let in, and whom it believes.</summary>
/// <param name="Roots">Certificates that vouch for the service; null for those this machine trusts.</param>
/// <param name="Certificate">What the client shows, with its key; null for nothing.</param>
/// <param name="Token">Sent with every request; null for none.</param>
public sealed record ApiAccess(X509Certificate2Collection? Roots, X509Certificate2? Certificate, string? Token)
{
    public static ApiAccess None { get; } = new(null, null, null);

    /// <summary>Reads what the files hold; a null is left out.</summary>
    /// <exception cref="CommandFailedException">One cannot be used; the message names it.</exception>
    public static ApiAccess Load(string? rootsFile, string? certificateFile, string? keyFile, string? tokenFile) => new(
        rootsFile is null ? null : Of(rootsFile, static file =>
        {
            X509Certificate2Collection roots = [];
            roots.ImportFromPemFile(file);
            return roots;
        }),
        certificateFile is null ? null : Of(certificateFile, file =>
        {
            using var pair = X509Certificate2.CreateFromPemFile(file, keyFile);
            // Some systems use a key only when it has been through this form.
            return X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), password: null);
        }),
        tokenFile is null ? null : Of(tokenFile, static file => File.ReadAllText(file).Trim()));

    /// <summary>A new way to the service.</summary>
    /// <param name="connectLimit">For the connection with its handshake.</param>
    public SocketsHttpHandler Handler(TimeSpan connectLimit)
    {
        // A proxy named in the environment is for the world outside, not for this service.
        var handler = new SocketsHttpHandler { UseProxy = false, ConnectTimeout = connectLimit };
        if (Roots is { } roots)
        {
            handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            handler.SslOptions.CertificateChainPolicy.CustomTrustStore.AddRange(roots);
        }

        if (Certificate is { } certificate)
            handler.SslOptions.ClientCertificates = [certificate];
        return handler;
    }

    /// <summary>The value of the header that carries the token; null for none.</summary>
    public string? Authorization => Token is null ? null : new AuthenticationHeaderValue("Bearer", Token).ToString();

    /// <summary>Never the token.</summary>
    public override string ToString() => nameof(ApiAccess);

    private static T Of<T>(string file, Func<string, T> read)
    {
        try
        {
            return read(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new CommandFailedException($"cannot use {file}: {e.Message}");
        }
    }
}
