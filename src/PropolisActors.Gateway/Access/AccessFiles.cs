using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PropolisActors.Gateway.Access;

/// <summary>Reads the files that access is decided by. Every error names the file and never repeats what is in it.</summary>
internal static class AccessFiles
{
    /// <summary>No such file is larger.</summary>
    private const int BytesMax = 1024 * 1024;

    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>One certificate or more.</summary>
    public static X509Certificate2Collection ReadCertificates(string file)
    {
        var found = new X509Certificate2Collection();
        try
        {
            found.ImportFromPem(Read(file, isSecret: false));
        }
        catch (CryptographicException e)
        {
            throw new AccessException($"{file}: a certificate in it is damaged.", e);
        }

        return found.Count > 0 ? found : throw new AccessException($"{file}: there is no certificate in it. It must be PEM.");
    }

    /// <summary>The first certificate of a file, with its key.</summary>
    public static X509Certificate2 Pair(string certificateFile, string keyFile)
    {
        var (certificate, key) = (Read(certificateFile, isSecret: false), Read(keyFile, isSecret: true));
        try
        {
            using var pair = X509Certificate2.CreateFromPem(certificate, key);
            // Some systems use a key only when it has been through this form.
            return X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), password: null);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new AccessException($"{keyFile}: there is no private key in it that belongs to {certificateFile}.", e);
        }
    }

    public static BearerToken ReadToken(string file) =>
        BearerToken.From(Read(file, isSecret: true)) ?? throw new AccessException(
            $"{file}: a token is {BearerToken.LengthMin} to {BearerToken.LengthMax} visible characters on one line. "
            + "Make one with 'openssl rand -hex 32'.");

    private static string Read(string file, bool isSecret)
    {
        try
        {
            using var stream = File.OpenRead(file);
            // Of the file that is open, so that no other can take its place in between.
            if (isSecret && !OperatingSystem.IsWindows() && (File.GetUnixFileMode(stream.SafeFileHandle) & Others) != UnixFileMode.None)
                throw new AccessException($"{file} can be used by others than its owner: run 'chmod 600 {file}'.");
            if (stream.Length > BytesMax)
                throw new AccessException($"{file} is larger than {BytesMax} bytes.");
            using var reader = new StreamReader(stream);
            return reader.ReadToEnd();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new AccessException($"{file} cannot be read: {e.Message}", e);
        }
    }
}
