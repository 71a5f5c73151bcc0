namespace Propolis.Core.Spec;

/// <summary>The shapes a spec has had in JSON. Source: propolis-server API, section 3.</summary>
public enum SpecFormat
{
    /// <summary>API 1.x: no <c>smbios</c>, unknown fields of the spec rejected, a shown spec in an envelope.</summary>
    V1 = 1,

    /// <summary>API 2.x: <c>smbios</c>, no envelope, unknown fields of the spec ignored.</summary>
    V2 = 2,

    /// <summary>API 3.0 and later: <c>virtio_socket</c> as well.</summary>
    V3 = 3,
}
