using System.Diagnostics;
using System.Text.Json;
using Propolis.Core.Spec;

namespace Propolis.Core.Json;

/// <summary>Writes properties, specs and ensure requests. Source: propolis-server API, sections 3 and 4.</summary>
internal static class SpecWriter
{
    public static void WriteEnsure(Utf8JsonWriter json, EnsureRequest request)
    {
        json.WriteStartObject();
        WriteProperties(json, request.Properties);
        json.WriteStartObject("init");
        switch (request.Init)
        {
            case InstanceInit.FromSpec init:
                json.WriteString("method", "Spec");
                json.WriteStartObject("value");
                json.WritePropertyName("spec");
                WriteSpec(json, init.Spec, SpecFormat.V3);
                break;
            case InstanceInit.MigrationTarget init:
                json.WriteString("method", "MigrationTarget");
                json.WriteStartObject("value");
                json.WriteString("migration_id", init.MigrationId);
                json.WriteString("src_addr", init.SourceAddress.ToString());
                json.WriteStartObject("replace_components");
                foreach (var (key, component) in init.ReplaceComponents)
                {
                    json.WritePropertyName(key.ToString());
                    ComponentWriter.WriteReplacement(json, component);
                }

                json.WriteEndObject();
                break;
            default:
                throw new UnreachableException();
        }

        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    public static void WriteProperties(Utf8JsonWriter json, InstanceProperties properties)
    {
        json.WriteStartObject("properties");
        json.WriteString("id", properties.Id);
        json.WriteString("name", properties.Name);
        json.WriteStartObject("metadata");
        json.WriteString("silo_id", properties.Metadata.SiloId);
        json.WriteString("project_id", properties.Metadata.ProjectId);
        json.WriteString("sled_id", properties.Metadata.SledId);
        json.WriteString("sled_serial", properties.Metadata.SledSerial);
        json.WriteNumber("sled_revision", properties.Metadata.SledRevision);
        json.WriteString("sled_model", properties.Metadata.SledModel);
        json.WriteEndObject();
        json.WriteString("description", properties.Description);
        json.WriteEndObject();
    }

    public static void WriteSpec(Utf8JsonWriter json, InstanceSpec spec, SpecFormat format)
    {
        json.WriteStartObject();
        WriteBoard(json, spec.Board);
        json.WriteStartObject("components");
        foreach (var (key, component) in spec.Components)
        {
            // A client of an earlier version has no word for it.
            if (component is Component.VirtioSocket && format < SpecFormat.V3)
                continue;
            json.WritePropertyName(key.ToString());
            ComponentWriter.Write(json, component);
        }

        json.WriteEndObject();
        if (format >= SpecFormat.V2)
            WriteSmbios(json, spec.Smbios);
        json.WriteEndObject();
    }

    private static void WriteBoard(Utf8JsonWriter json, Board board)
    {
        json.WriteStartObject("board");
        json.WriteNumber("cpus", board.Cpus);
        json.WriteNumber("memory_mb", board.MemoryMib);
        json.WriteStartObject("chipset");
        json.WriteString("type", "i440_fx");
        json.WriteStartObject("value");
        json.WriteBoolean("enable_pcie", board.EnablePcie);
        json.WriteEndObject();
        json.WriteEndObject();
        if (board.HypervisorInterface is GuestHypervisorInterface.HyperV hyperV)
            WriteHyperV(json, hyperV);
        if (board.Cpuid is { } cpuid)
            WriteCpuid(json, cpuid);
        else
            json.WriteNull("cpuid");
        json.WriteEndObject();
    }

    private static void WriteHyperV(Utf8JsonWriter json, GuestHypervisorInterface.HyperV hyperV)
    {
        json.WriteStartObject("guest_hv_interface");
        json.WriteString("type", "hyper_v");
        json.WriteStartObject("value");
        json.WriteStartArray("features");
        if (hyperV.ReferenceTsc)
            json.WriteStringValue("reference_tsc");
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteCpuid(Utf8JsonWriter json, Cpuid cpuid)
    {
        json.WriteStartObject("cpuid");
        json.WriteStartArray("entries");
        foreach (var entry in cpuid.Entries)
        {
            json.WriteStartObject();
            json.WriteNumber("leaf", entry.Leaf);
            if (entry.Subleaf is { } subleaf)
                json.WriteNumber("subleaf", subleaf);
            else
                json.WriteNull("subleaf");
            json.WriteNumber("eax", entry.Eax);
            json.WriteNumber("ebx", entry.Ebx);
            json.WriteNumber("ecx", entry.Ecx);
            json.WriteNumber("edx", entry.Edx);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("vendor", cpuid.Vendor == CpuidVendor.Amd ? "amd" : "intel");
        json.WriteEndObject();
    }

    private static void WriteSmbios(Utf8JsonWriter json, SmbiosType1? smbios)
    {
        if (smbios is null)
        {
            json.WriteNull("smbios");
            return;
        }

        json.WriteStartObject("smbios");
        json.WriteString("manufacturer", smbios.Manufacturer);
        json.WriteString("product_name", smbios.ProductName);
        json.WriteString("serial_number", smbios.SerialNumber);
        json.WriteNumber("version", smbios.Version);
        json.WriteEndObject();
    }
}
