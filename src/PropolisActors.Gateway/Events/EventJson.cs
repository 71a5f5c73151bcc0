using System.Diagnostics;
using System.Text;
using System.Text.Json;
using PropolisActors.Events;
using PropolisActors.Gateway.Json;

namespace PropolisActors.Gateway.Events;

/// <summary>Writes events as a stream of server-sent events carries them.</summary>
/// <remarks>Source: the section on server-sent events of the HTML standard. A body is one line of JSON.</remarks>
internal static class EventJson
{
    /// <summary>A line that means nothing and keeps a connection from looking dead.</summary>
    public static readonly ReadOnlyMemory<byte> KeepAlive = ": keep-alive\n\n"u8.ToArray();

    public static byte[] Frame(EventId id, ServiceEvent @event) => Frame(id, NameOf(@event), json =>
    {
        json.WriteString("vm", @event.Vm.Value);
        json.WriteString("at", @event.At);
        WriteMembers(json, @event);
    });

    /// <summary>The first event of a stream that begins now: what to resume from should nothing else come.</summary>
    public static byte[] Begin(EventId id) => Frame(id, "begin", json => json.WriteString("after", id.ToString()));

    /// <summary>Events before <paramref name="id"/>, and that one, may have been missed.</summary>
    public static byte[] Gap(EventId id, EventGap why) => Frame(id, "gap", json => json.WriteString("reason", why switch
    {
        EventGap.Restarted => "restarted",
        EventGap.Expired => "expired",
        EventGap.UnknownId => "unknown_id",
        _ => throw new UnreachableException($"{why}"),
    }));

    private static byte[] Frame(EventId id, string name, Action<Utf8JsonWriter> members)
    {
        var body = JsonBody.Write(json =>
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        });
        return [.. Encoding.ASCII.GetBytes($"id: {id}\nevent: {name}\ndata: "), .. body, .. "\n\n"u8];
    }

    private static string NameOf(ServiceEvent @event) => @event switch
    {
        ServiceEvent.VmStateChanged => "vm_state",
        ServiceEvent.VmGone => "vm_gone",
        ServiceEvent.VolumeChanged => "volume",
        ServiceEvent.SlotChanged => "slot",
        ServiceEvent.RepairChanged => "repair",
        ServiceEvent.ReplacementChanged => "replacement",
        _ => throw new UnreachableException($"{@event}"),
    };

    private static void WriteMembers(Utf8JsonWriter json, ServiceEvent @event)
    {
        switch (@event)
        {
            case ServiceEvent.VmStateChanged e:
                json.WriteString("id", e.Id);
                json.WriteNumber("gen", e.State.Gen);
                json.WriteString("state", e.State.State.ToString());
                json.WriteString("failure_reason", e.FailureReason);
                break;
            case ServiceEvent.VmGone:
                break;
            case ServiceEvent.VolumeChanged e:
                json.WriteString("disk", e.Disk.ToString());
                DiskJson.WritePhase(json, e.Phase);
                break;
            case ServiceEvent.SlotChanged e:
                json.WriteString("disk", e.Disk.ToString());
                json.WriteNumber("region_set", e.RegionSet.Value);
                json.WriteNumber("slot", e.Slot.Slot.Value);
                json.WriteString("target_addr", e.Slot.Target.ToString());
                RegionSetJson.WriteSlotState(json, e.Slot);
                json.WriteBoolean("in_sync", e.Slot.InSync);
                json.WriteString("last_error", e.Slot.LastError);
                break;
            case ServiceEvent.RepairChanged e:
                WriteRepair(json, e);
                break;
            case ServiceEvent.ReplacementChanged e:
                json.WriteString("disk", e.Disk.ToString());
                json.WriteString("change", e.IsInSync ? "in_sync" : "accepted");
                json.WriteNumber("region_set", e.Where.RegionSet.Value);
                json.WriteNumber("slot", e.Where.Slot.Value);
                json.WriteString("old", e.Old.ToString());
                json.WriteString("new", e.New.ToString());
                json.WriteNumber("revision", e.Revision.Value);
                break;
            default:
                throw new UnreachableException($"{@event}");
        }
    }

    private static void WriteRepair(Utf8JsonWriter json, ServiceEvent.RepairChanged e)
    {
        json.WriteString("disk", e.Disk.ToString());
        json.WriteNumber("region_set", e.RegionSet.Value);
        json.WriteString("kind", e.Kind switch
        {
            RepairKind.Reconciliation => "reconciliation",
            RepairKind.LiveRepair => "live_repair",
            _ => throw new UnreachableException($"{e.Kind}"),
        });
        json.WriteString("change", e.Change switch
        {
            RepairChange.Started => "started",
            RepairChange.Progressed => "progressed",
            RepairChange.Completed => "completed",
            RepairChange.Aborted => "aborted",
            _ => throw new UnreachableException($"{e.Change}"),
        });
        if (e.Progress is not { } progress)
            return;
        json.WriteNumber("extents_done", progress.ExtentsDone);
        json.WriteNumber("extents_needed", progress.ExtentsNeeded);
        json.WriteNumber("bytes_done", progress.BytesDone);
        json.WriteNumber("bytes_needed", progress.BytesNeeded);
    }
}
