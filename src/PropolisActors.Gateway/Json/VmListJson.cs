using System.Diagnostics;
using System.Text.Json;
using Propolis.Core.Lifecycle;
using PropolisActors.Protocols;

namespace PropolisActors.Gateway.Json;

/// <summary>Writes the answers of our own routes about all VMs.</summary>
internal static class VmListJson
{
    public static byte[] All(VmProtocol.VmList list) => JsonBody.Write(json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("vms");
        foreach (var vm in list.Vms)
            WriteVm(json, vm);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    public static byte[] One(VmProtocol.VmSummary vm) => JsonBody.Write(json => WriteVm(json, vm));

    private static void WriteVm(Utf8JsonWriter json, VmProtocol.VmSummary vm)
    {
        json.WriteStartObject();
        json.WriteString("name", vm.Name.Value);
        json.WriteString("id", vm.Id);
        json.WriteNumber("gen", vm.State.Gen);
        json.WriteString("state", vm.State.State.ToString());
        if (vm.FailureReason is { } reason)
            json.WriteString("failure_reason", reason);
        else
            json.WriteNull("failure_reason");
        WriteOutcome(json, vm.Outcome);
        json.WriteStartArray("waits_for");
        foreach (var waiting in vm.WaitsFor)
        {
            json.WriteStartObject();
            json.WriteString("who", waiting.Who);
            json.WriteString("why", waiting.Why);
            json.WriteString("since", waiting.Since);
            json.WriteString("freed_by", waiting.FreedBy);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>How a VM let go of its guest and its disks; null while it has not.</summary>
    private static void WriteOutcome(Utf8JsonWriter json, VmOutcome? outcome)
    {
        if (outcome is null)
        {
            json.WriteNull("outcome");
            return;
        }

        json.WriteStartObject("outcome");
        json.WriteString("how", outcome.How switch
        {
            VmEnd.NotStarted => "not_started",
            VmEnd.Clean => "clean",
            VmEnd.Forced => "forced",
            VmEnd.MigratedOut => "migrated_out",
            _ => throw new UnreachableException($"{outcome.How}"),
        });
        json.WriteStartArray("disks");
        foreach (var disk in outcome.Disks)
        {
            json.WriteStartObject();
            json.WriteString("disk", $"{disk.Disk}");
            json.WriteBoolean("flushed", disk.Flushed);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
