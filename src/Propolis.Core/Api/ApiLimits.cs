namespace Propolis.Core.Api;

/// <summary>Limits of the HTTP interface. Source: propolis-server API, section 1.1.</summary>
public static class ApiLimits
{
    /// <summary>Largest request body.</summary>
    public const int BodyBytesMax = 1_048_576;
}
