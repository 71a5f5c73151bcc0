using System.Globalization;
using System.Text;
using Propolis.Core.Api;
using Propolis.Core.Spec;

namespace PropolisActors.Gateway.Http;

/// <summary>The API version a request speaks. Compared by range, never by equality.</summary>
/// <remarks>Source: propolis-server API, sections 1.2 and 3; semantic versioning 2.0.0 for form and order.</remarks>
internal readonly record struct ApiVersion(ulong Major, ulong Minor, ulong Patch, bool IsPreRelease)
{
    public const string HeaderName = "api-version";

    /// <summary>The newest version there is.</summary>
    public static readonly ApiVersion Newest = new(5, 0, 0, IsPreRelease: false);

    private static readonly string NewestText = $"{Newest.Major}.{Newest.Minor}.{Newest.Patch}";

    /// <summary>How specs look in this version.</summary>
    public SpecFormat SpecFormat => this switch
    {
        _ when IsBefore(2) => SpecFormat.V1,
        _ when IsBefore(3) => SpecFormat.V2,
        _ => SpecFormat.V3,
    };

    /// <summary>Disk status is the volume tree; before it was one boolean.</summary>
    public bool HasVolumeInfo => !IsBefore(5);

    /// <summary>From 4.0.0 on the document says what a WebSocket route answers.</summary>
    public bool HasDocumentedUpgrades => !IsBefore(4);

    /// <summary>The version of the contract that applies, 1 to 5.</summary>
    public int ContractMajor
    {
        get
        {
            var major = (int)Newest.Major;
            while (major > 1 && IsBefore((ulong)major))
                major--;
            return major;
        }
    }

    /// <summary>Reads the header's value; null when the header is absent.</summary>
    /// <returns>The version, or why the request is refused.</returns>
    public static (ApiVersion Version, ApiError? Error) Read(string? header)
    {
        if (header is null)
            return (default, ApiError.MissingApiVersion);
        // What nearly everybody sends need not be taken apart.
        if (string.Equals(header, NewestText, StringComparison.Ordinal))
            return (Newest, null);
        if (!Ascii.IsValid(header))
            return (default, ApiError.BadApiVersion("not ASCII"));
        if (!TryParse(header, out var version))
            return (default, ApiError.BadApiVersion("not a semantic version such as 5.0.0"));
        return version.IsAfterNewest ? (default, ApiError.UnsupportedApiVersion(header)) : (version, null);
    }

    private bool IsAfterNewest => (Major, Minor, Patch).CompareTo((Newest.Major, Newest.Minor, Newest.Patch)) > 0;

    /// <summary>A pre-release of x.0.0 comes before x.0.0.</summary>
    private bool IsBefore(ulong major) => Major < major || (Major == major && Minor == 0 && Patch == 0 && IsPreRelease);

    private static bool TryParse(string text, out ApiVersion version)
    {
        version = default;
        var core = text;
        var plus = core.IndexOf('+', StringComparison.Ordinal);
        if (plus >= 0)
        {
            if (!AreIdentifiers(core[(plus + 1)..], numbersAreStrict: false))
                return false;
            core = core[..plus];
        }

        var minus = core.IndexOf('-', StringComparison.Ordinal);
        if (minus >= 0)
        {
            if (!AreIdentifiers(core[(minus + 1)..], numbersAreStrict: true))
                return false;
            core = core[..minus];
        }

        if (core.Split('.') is not [var a, var b, var c]
            || !TryNumber(a, out var major) || !TryNumber(b, out var minor) || !TryNumber(c, out var patch))
            return false;
        version = new ApiVersion(major, minor, patch, IsPreRelease: minus >= 0);
        return true;
    }

    private static bool TryNumber(string text, out ulong number) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number)
        && (text.Length == 1 || text[0] != '0');

    private static bool AreIdentifiers(string text, bool numbersAreStrict) => text.Split('.').All(part =>
        part.Length > 0
        && part.All(static c => char.IsAsciiLetterOrDigit(c) || c == '-')
        && !(numbersAreStrict && part.Length > 1 && part[0] == '0' && part.All(char.IsAsciiDigit)));
}
