using System.Text.Json.Serialization;

namespace Propolis.Machines.Simulated;

/// <summary>A simulated guest with nothing in flight, as it is written down.</summary>
/// <param name="Phase">Prompting or Ended.</param>
/// <param name="Salt">Of its boot.</param>
/// <param name="Loads">Begun since its boot.</param>
/// <param name="Command">What the running command still has to do.</param>
/// <param name="Load">The load beside the prompt, or null.</param>
/// <param name="Console">Its terminal line.</param>
public sealed record GuestState(string Phase, ulong Salt, ulong Loads, IReadOnlyList<GuestJobState> Command,
    GuestJobState.Load? Load, GuestConsoleState Console);

/// <summary>A terminal line.</summary>
public sealed record GuestConsoleState(string Line, IReadOnlyList<string> Lines, bool LineTooLong,
    bool AfterCarriageReturn, bool Prompting, bool AtLineStart);

/// <summary>A job with nothing in flight.</summary>
[JsonDerivedType(typeof(Pattern), "pattern")]
[JsonDerivedType(typeof(Flush), "flush")]
[JsonDerivedType(typeof(Load), "load")]
public abstract record GuestJobState
{
    public sealed record Pattern(string Disk, ulong Seed, bool Verify, ulong NextOffset) : GuestJobState;

    public sealed record Flush(string Disk) : GuestJobState;

    public sealed record Load(int Operations, ulong Seed, ulong Draws, int Ended, int Errors, ulong Bytes, int Turn,
        IReadOnlyList<LoadDiskState> Disks) : GuestJobState;
}

/// <summary>What a load knows of one disk.</summary>
public sealed record LoadDiskState(string Key, IReadOnlyList<WrittenState> Written);

/// <summary>An acknowledged write.</summary>
public sealed record WrittenState(ulong Block, int Blocks, ulong Tag);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(GuestState))]
[JsonSerializable(typeof(GuestConsoleState))]
internal sealed partial class GuestStateJson : JsonSerializerContext;
