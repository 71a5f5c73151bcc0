using System.Text.Json.Serialization;

namespace PropolisActors.Journal;

// The JSON of each event, one record a version. They are never changed once a version has been released: a new version is a
// new record beside the old one. Members are snake_case; all are there, and none that is not named here.

/// <summary>A name.</summary>
internal sealed record VmNamed1(string Name);

/// <summary>A name that is free again.</summary>
internal sealed record VmForgotten1(string Name, int Number);

/// <summary>An instance.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Ensure">The body of an ensure request in the newest format of the API.</param>
internal sealed record InstanceEnsured1(int Number, string Ensure);

/// <summary>A state, by the name it has in the API.</summary>
internal sealed record StatePublished1(ulong Gen, string State, DateTimeOffset At, string? FailureReason);

/// <summary>The record of a volume.</summary>
/// <param name="Vcr">Byte for byte as it was sent.</param>
/// <param name="Revision">From 1.</param>
/// <param name="Origin"><c>created</c>, <c>target_change</c> or <c>generation_rise</c>.</param>
/// <param name="LastReplacement">Null before the first.</param>
/// <param name="Unsynced">Slots replaced and not in sync since.</param>
internal sealed record VolumeStored1(
    string Vcr, ulong Revision, string Origin, Replacement1? LastReplacement, IReadOnlyList<Slot1> Unsynced);

/// <summary>A change of one target.</summary>
/// <param name="Old">Address and port.</param>
/// <param name="New">Address and port.</param>
/// <param name="Where">The slot.</param>
/// <param name="InSync">The new copy was complete when last heard of.</param>
internal sealed record Replacement1(string Old, string New, Slot1 Where, bool InSync);

/// <summary>One slot of one region set.</summary>
/// <param name="RegionSet">Zero-based, in the order of the VCR's tree.</param>
/// <param name="Slot">0 to 2.</param>
internal sealed record Slot1(int RegionSet, byte Slot);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(VmNamed1))]
[JsonSerializable(typeof(VmForgotten1))]
[JsonSerializable(typeof(InstanceEnsured1))]
[JsonSerializable(typeof(StatePublished1))]
[JsonSerializable(typeof(VolumeStored1))]
internal sealed partial class StoredJson : JsonSerializerContext;
