namespace PropolisActors.Gateway.Access;

/// <summary>Who may use the service. All null and false: whoever reaches it, which is meant for the loopback.</summary>
/// <param name="CertificateFile">The service's certificate and those between it and its root, PEM; connections are TLS then.</param>
/// <param name="KeyFile">Its private key, PEM, readable by its owner alone.</param>
/// <param name="ClientCaFile">PEM: a client must show a certificate that one of these roots vouches for.</param>
/// <param name="TokenFile">A client must send the token in this file as <c>Authorization: Bearer</c>; the file is readable by
/// its owner alone.</param>
/// <param name="IsInsecure">Listen anywhere without all that.</param>
public sealed record AccessOptions(
    string? CertificateFile = null,
    string? KeyFile = null,
    string? ClientCaFile = null,
    string? TokenFile = null,
    bool IsInsecure = false);
