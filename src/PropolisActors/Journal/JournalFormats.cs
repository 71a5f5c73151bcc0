using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Crucible.Core.Volumes;
using Crucible.Wire;
using Propolis.Core.Json;
using Propolis.Core.Lifecycle;
using Propolis.Core.Spec;
using PropolisActors.Protocols;

namespace PropolisActors.Journal;

/// <summary>Every version of every event this service can read.</summary>
public static class JournalFormats
{
    public static ImmutableArray<EventFormat> All { get; } =
    [
        Newest("vm-named", 1, StoredJson.Default.VmNamed1, From, (JournalEvent.VmNamed e) => new VmNamed1(e.Vm.Value)),
        Newest("vm-forgotten", 1, StoredJson.Default.VmForgotten1, From, (JournalEvent.VmForgotten e) =>
            new VmForgotten1(e.Vm.Value, e.Number)),
        Newest("instance-ensured", 1, StoredJson.Default.InstanceEnsured1, From, (JournalEvent.InstanceEnsured e) =>
            new InstanceEnsured1(e.Number, EnsureText(e))),
        Newest("state-published", 1, StoredJson.Default.StatePublished1, From, (JournalEvent.StatePublished e) =>
            new StatePublished1(e.Gen, e.State.ToString(), e.At, e.FailureReason)),
        Newest("volume-stored", 1, StoredJson.Default.VolumeStored1, From, (JournalEvent.VolumeStored e) => To(e.Record)),
    ];

    /// <summary>A version that is written and read.</summary>
    public static EventFormat Newest<TEvent, TStored>(
        string name, int version, JsonTypeInfo<TStored> json, Func<TStored, TEvent> read, Func<TEvent, TStored> write)
        where TEvent : JournalEvent =>
        Older(name, version, json, read) with
        {
            Write = e => JsonSerializer.SerializeToUtf8Bytes(write((TEvent)e), json),
        };

    /// <summary>A version that is only read any more, straight to the newest form of the event.</summary>
    public static EventFormat Older<TEvent, TStored>(
        string name, int version, JsonTypeInfo<TStored> json, Func<TStored, TEvent> read)
        where TEvent : JournalEvent =>
        new(name, version, typeof(TEvent), bytes => read(Parse(bytes, json)), Write: null);

    private static TStored Parse<TStored>(ReadOnlyMemory<byte> bytes, JsonTypeInfo<TStored> json) =>
        JsonSerializer.Deserialize(bytes.Span, json) ?? throw new FormatException("null");

    private static JournalEvent.VmNamed From(VmNamed1 stored) => new(Name(stored.Name));

    private static JournalEvent.VmForgotten From(VmForgotten1 stored) => new(Name(stored.Name), stored.Number);

    private static VmName Name(string text) => VmName.TryParse(text, out var name) ? name.Value : throw new FormatException("name");

    private static JournalEvent.InstanceEnsured From(InstanceEnsured1 stored)
    {
        if (!RequestJson.TryReadEnsure(Encoding.UTF8.GetBytes(stored.Ensure), SpecFormat.V3, out var request, out _)
            || request.Init is not InstanceInit.FromSpec init
            || !SpecValidator.TryValidate(init.Spec, out var spec, out _))
        {
            throw new FormatException("ensure");
        }

        return new JournalEvent.InstanceEnsured(stored.Number, request.Properties, spec);
    }

    private static string EnsureText(JournalEvent.InstanceEnsured e) => Encoding.UTF8.GetString(
        ResponseJson.Ensure(new EnsureRequest(e.Properties, new InstanceInit.FromSpec(e.Spec.Spec))));

    private static JournalEvent.StatePublished From(StatePublished1 stored) =>
        Enum.TryParse<InstanceState>(stored.State, out var state) && Enum.IsDefined(state)
            ? new JournalEvent.StatePublished(stored.Gen, state, stored.At, stored.FailureReason)
            : throw new FormatException("state");

    private static VolumeStored1 To(VolumeRecord record) => new(
        record.Text.Json,
        record.Revision.Value,
        record.Origin switch
        {
            VcrOrigin.Created => "created",
            VcrOrigin.TargetChange => "target_change",
            VcrOrigin.GenerationRise => "generation_rise",
            _ => throw new UnreachableException($"{record.Origin}"),
        },
        record.LastReplacement is { } last ? new Replacement1($"{last.Old}", $"{last.New}", To(last.Where), last.InSync) : null,
        [.. record.Unsynced.Select(To)]);

    private static Slot1 To(RegionSlot slot) => new(slot.RegionSet.Value, slot.Slot.Value);

    private static JournalEvent.VolumeStored From(VolumeStored1 stored) => new(new VolumeRecord(
        new VcrText(stored.Vcr),
        new VcrRevision(stored.Revision),
        stored.Origin switch
        {
            "created" => VcrOrigin.Created,
            "target_change" => VcrOrigin.TargetChange,
            "generation_rise" => VcrOrigin.GenerationRise,
            _ => throw new FormatException("origin"),
        },
        stored.LastReplacement is { } last
            ? new VolumeReplacement(Address(last.Old), Address(last.New), From(last.Where), last.InSync)
            : null,
        [.. stored.Unsynced.Select(From)]));

    private static RegionSlot From(Slot1 stored) => stored is { RegionSet: >= 0, Slot: < ProtocolLimits.Slots }
        ? new RegionSlot(new RegionSetIndex(stored.RegionSet), new ClientId(stored.Slot))
        : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"slot {stored.Slot}"));

    private static IPEndPoint Address(string text) =>
        IPEndPoint.TryParse(text, out var address) ? address : throw new FormatException("address");
}
