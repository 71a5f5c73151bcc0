using System.Diagnostics;
using System.Text.Json;
using Crucible.Core.Upstairs;

namespace PropolisActors.Gateway.Json;

/// <summary>Writes one region set of a volume tree, with what its slots wait for.</summary>
internal static class RegionSetJson
{
    public static void Write(Utf8JsonWriter json, RegionSetStatus set)
    {
        json.WriteStartObject();
        json.WriteStartObject("upstairs");
        json.WriteString("state", set.State switch
        {
            UpstairsState.Initializing => "initializing",
            UpstairsState.GoActive => "go_active",
            UpstairsState.Active => "active",
            UpstairsState.Deactivating => "deactivating",
            UpstairsState.Disabled => "disabled",
            _ => throw new UnreachableException($"{set.State}"),
        });
        json.WriteNumber("block_size", set.BlockSize);
        json.WriteString("upstairs_id", set.Id.Value);
        json.WriteString("session_id", set.Session.Value);
        json.WriteNumber("generation", set.Generation.Value);
        json.WriteBoolean("read_only", set.ReadOnly);
        json.WriteBoolean("encrypted", set.Encrypted);
        json.WriteBoolean("reconcile_in_progress", set.Reconciliation is not null);
        json.WriteBoolean("live_repair_in_progress", set.LiveRepair is not null);
        json.WriteStartArray("targets");
        foreach (var slot in set.Slots)
            WriteSlot(json, slot);
        json.WriteEndArray();
        WriteText(json, "disabled_by", set.DisabledBy?.Describe());
        WriteText(json, "waiting_for", set.WaitingFor);
        json.WriteBoolean("degraded", set.Degraded);
        WriteProgress(json, "reconciliation", set.Reconciliation);
        WriteProgress(json, "live_repair", set.LiveRepair);
        json.WriteNumber("jobs_buffered", set.JobsBuffered);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteProgress(Utf8JsonWriter json, string name, RepairProgress? progress)
    {
        if (progress is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        json.WriteNumber("extents_done", progress.ExtentsDone);
        json.WriteNumber("extents_needed", progress.ExtentsNeeded);
        json.WriteNumber("extents_copied", progress.ExtentsCopied);
        json.WriteNumber("bytes_done", progress.BytesDone);
        json.WriteNumber("bytes_needed", progress.BytesNeeded);
        json.WriteNumber("bytes_per_second", progress.BytesPerSecond);
        if (progress.Remaining is { } remaining)
            json.WriteNumber("seconds_remaining", remaining.TotalSeconds);
        else
            json.WriteNull("seconds_remaining");
        json.WriteString("since", progress.Since);
        json.WriteEndObject();
    }

    private static void WriteSlot(Utf8JsonWriter json, SlotStatus slot)
    {
        json.WriteStartObject();
        WriteText(json, "region_id", slot.Region?.Value.ToString());
        json.WriteString("target_addr", slot.Target.ToString());
        WriteText(json, "repair_addr", slot.RepairAddress?.ToString());
        WriteSlotState(json, slot);
        WriteText(json, "waiting_for", slot.WaitingFor);
        json.WriteString("since", slot.Since);
        WriteText(json, "last_error", slot.LastError);
        json.WriteNumber("attempts", slot.Attempts);
        json.WriteNumber("jobs_in_flight", slot.JobsInFlight);
        json.WriteNumber("bytes_in_flight", slot.BytesInFlight);
        json.WriteBoolean("in_sync", slot.InSync);
        json.WriteNumber("extents_repaired", slot.ExtentsRepaired);
        json.WriteNumber("extents_confirmed", slot.ExtentsConfirmed);
        json.WriteNumber("live_repair_completed", slot.LiveRepairsCompleted);
        json.WriteNumber("live_repair_aborted", slot.LiveRepairsAborted);
        json.WriteEndObject();
    }

    /// <summary>Writes the member <c>state</c> of a slot.</summary>
    public static void WriteSlotState(Utf8JsonWriter json, SlotStatus slot)
    {
        json.WriteStartObject("state");
        if (slot.Active)
        {
            json.WriteString("type", "active");
        }
        else if (slot.Step == SlotStep.LiveRepair)
        {
            json.WriteString("type", "live_repair");
        }
        else
        {
            json.WriteString("type", "connecting");
            json.WriteString("state", NameOf(slot.Step));
            json.WriteString("mode", NameOf(slot.Mode));
        }

        json.WriteEndObject();
    }

    /// <summary>The contract does not tell the steps of negotiation apart.</summary>
    private static string NameOf(SlotStep? step) => step switch
    {
        SlotStep.WaitConnect => "wait_connect",
        SlotStep.Start or SlotStep.WaitForPromote or SlotStep.WaitForRegionInfo or SlotStep.GetExtentVersions => "negotiating",
        SlotStep.WaitQuorum => "wait_quorum",
        SlotStep.Reconcile => "reconcile",
        SlotStep.LiveRepairReady => "live_repair_ready",
        _ => throw new UnreachableException($"{step}"),
    };

    private static string NameOf(SlotMode? mode) => mode switch
    {
        SlotMode.New => "new",
        SlotMode.Offline => "offline",
        SlotMode.Faulted => "faulted",
        SlotMode.Replaced => "replaced",
        _ => throw new UnreachableException($"{mode}"),
    };

    private static void WriteText(Utf8JsonWriter json, string name, string? text)
    {
        if (text is null)
            json.WriteNull(name);
        else
            json.WriteString(name, text);
    }
}
