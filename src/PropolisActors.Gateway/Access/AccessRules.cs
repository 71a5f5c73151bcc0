using System.Net;

namespace PropolisActors.Gateway.Access;

/// <summary>What must be configured before the service may listen on an address.</summary>
public static class AccessRules
{
    /// <summary>Why it may not, and what to do; null when it may.</summary>
    public static string? WhyNot(IPAddress listen, AccessOptions options) => options switch
    {
        { CertificateFile: not null, KeyFile: null } => "--tls-cert needs the key of the certificate as well: --tls-key FILE.",
        { CertificateFile: null, KeyFile: not null } => "--tls-key needs its certificate as well: --tls-cert FILE.",
        { CertificateFile: null, ClientCaFile: not null } =>
            "--client-ca asks clients for certificates, which only TLS can carry: add --tls-cert FILE and --tls-key FILE.",
        _ when IPAddress.IsLoopback(listen) || options.IsInsecure => null,
        { CertificateFile: null } =>
            $"{listen} is not the loopback, and the service controls VMs and their disks. Add --tls-cert FILE, --tls-key FILE and "
            + "either --client-ca FILE or --token-file FILE, or say --insecure if the network is closed.",
        { ClientCaFile: null, TokenFile: null } =>
            $"{listen} is not the loopback, and anybody who reaches it could use the service. Add --client-ca FILE or "
            + "--token-file FILE, or say --insecure if the network is closed.",
        _ => null,
    };

    /// <summary>What whoever starts it like this should be told; null when nothing.</summary>
    public static string? Warning(IPAddress listen, AccessOptions options) =>
        options.IsInsecure && !IPAddress.IsLoopback(listen) && WhyNot(listen, options with { IsInsecure = false }) is not null
            ? $"--insecure: whoever reaches {listen} controls the VMs and their disks, and can read their keys."
            : null;
}
