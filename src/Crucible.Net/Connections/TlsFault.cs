namespace Crucible.Net.Connections;

/// <summary>Why a TLS identity could not be read, or a handshake did not succeed.</summary>
public enum TlsFault
{
    /// <summary>A file cannot be read.</summary>
    FileUnreadable,

    /// <summary>No certificate is in the text that must hold one.</summary>
    CertificateUnreadable,

    /// <summary>No key of a known form (PKCS#1, PKCS#8, SEC1) is in the text, or it does not belong to the
    /// certificate.</summary>
    KeyUnusable,

    /// <summary>The peer's certificate is no longer valid, or not yet.</summary>
    PeerExpired,

    /// <summary>The peer's certificate does not lead to the root that is trusted here.</summary>
    PeerForeign,

    /// <summary>The peer's certificate is for another name.</summary>
    PeerNameWrong,

    /// <summary>The peer showed no certificate.</summary>
    PeerWithoutCertificate,

    /// <summary>The peer's certificate may not be used for this end of a connection.</summary>
    PeerUsageWrong,

    /// <summary>The peer refused us, does not speak TLS, or ended the connection.</summary>
    HandshakeFailed,

    /// <summary>The handshake took too long.</summary>
    HandshakeTimedOut,
}
