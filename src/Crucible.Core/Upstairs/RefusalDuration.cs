namespace Crucible.Core.Upstairs;

/// <summary>Whether the same request can succeed later without the caller changing it.</summary>
public enum RefusalDuration
{
    Permanent,
    Temporary,
}
