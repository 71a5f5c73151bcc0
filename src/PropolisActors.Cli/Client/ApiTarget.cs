namespace PropolisActors.Cli.Client;

/// <summary>Which VM of which service.</summary>
/// <param name="Server">Scheme, host and port.</param>
/// <param name="Vm">A VM by name; null for the one at <c>/instance</c>.</param>
public sealed record ApiTarget(Uri Server, string? Vm)
{
    /// <summary>Where a service listens unless told otherwise.</summary>
    public const int DefaultPort = 12400;

    /// <summary>The name of the VM at <c>/instance</c>.</summary>
    public const string UnnamedVm = "default";

    /// <summary>How to be let in.</summary>
    public ApiAccess Access { get; init; } = ApiAccess.None;

    /// <summary>Reads <c>host</c>, <c>host:port</c>, <c>http://host:port</c> or <c>https://host:port</c>.</summary>
    public static Uri? ParseServer(string text)
    {
        var withScheme = text.Contains("://", StringComparison.Ordinal) ? text : $"http://{text}";
        if (!Uri.TryCreate(withScheme, UriKind.Absolute, out var uri)
            || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps)
            || !string.Equals(uri.PathAndQuery, "/", StringComparison.Ordinal)
            || uri.UserInfo.Length > 0)
            return null;
        // A port left out reads as that of the scheme, and so does that one when it is given.
        var hasPort = uri.OriginalString.TrimEnd('/').EndsWith($":{uri.Port}", StringComparison.Ordinal);
        return hasPort ? uri : new UriBuilder(uri) { Port = DefaultPort }.Uri;
    }

    /// <summary>The path on the service of a path that begins with <c>/instance</c>.</summary>
    public string PathOf(string path) => Vm is null ? path : $"/vms/{Uri.EscapeDataString(Vm)}{path}";
}
