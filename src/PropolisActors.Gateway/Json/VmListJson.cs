using System.Text.Json;
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
}
