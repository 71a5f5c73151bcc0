using System.Collections.Immutable;
using Propolis.Core.Spec;

namespace Propolis.Core.Json;

/// <summary>Reads the request that creates a VM. Source: propolis-server API, sections 3 and 4.1 to 4.4.</summary>
internal static class SpecReader
{
    public static EnsureRequest Ensure(JsonPlace place, SpecFormat format)
    {
        var o = JsonFields.AtLeast(place, "properties", "init");
        return new(Properties(o["properties"]), Init(o["init"], format));
    }

    public static InstanceSpec Spec(JsonPlace place, SpecFormat format)
    {
        var o = format == SpecFormat.V1
            ? JsonFields.Only(place, "board", "components")
            : JsonFields.AtLeast(place, "board", "components", "smbios");
        return new(
            Board(o["board"]),
            Keyed(o["components"], c => ComponentReader.Read(c, format)),
            o.Optional("smbios") is { } smbios ? Smbios(smbios) : null);
    }

    private static InstanceProperties Properties(JsonPlace place)
    {
        var o = JsonFields.AtLeast(place, "id", "name", "description", "metadata");
        return new(o["id"].Uuid(), o["name"].Text(), o["description"].Text(), Metadata(o["metadata"]));
    }

    private static InstanceMetadata Metadata(JsonPlace place)
    {
        var o = JsonFields.AtLeast(place,
            "silo_id", "project_id", "sled_id", "sled_serial", "sled_model", "sled_revision");
        return new(
            o["silo_id"].Uuid(), o["project_id"].Uuid(), o["sled_id"].Uuid(),
            o["sled_serial"].Text(), o["sled_model"].Text(), o["sled_revision"].U32());
    }

    private static InstanceInit Init(JsonPlace place, SpecFormat format)
    {
        var o = JsonFields.AtLeast(place, "method", "value");
        var read = o["method"].OneOf<Func<JsonPlace, InstanceInit>>(
            ("Spec", v => new InstanceInit.FromSpec(Spec(JsonFields.AtLeast(v, "spec")["spec"], format))),
            ("MigrationTarget", MigrationTarget));
        return read(o["value"]);
    }

    private static InstanceInit.MigrationTarget MigrationTarget(JsonPlace place)
    {
        var o = JsonFields.AtLeast(place, "migration_id", "src_addr", "replace_components");
        return new(
            o["migration_id"].Uuid(), o["src_addr"].SocketAddress(),
            Keyed(o["replace_components"], ComponentReader.ReadReplacement));
    }

    /// <summary>A map by spec key. Two spellings of one key are one key, and the later entry wins.</summary>
    private static ImmutableSortedDictionary<SpecKey, Component> Keyed(
        JsonPlace place, Func<JsonPlace, Component> read)
    {
        var map = ImmutableSortedDictionary.CreateBuilder<SpecKey, Component>();
        foreach (var (name, value) in place.Properties())
            map[SpecKey.Parse(name)] = read(value);
        return map.ToImmutable();
    }

    private static Board Board(JsonPlace place)
    {
        var o = JsonFields.Only(place, "cpus", "memory_mb", "chipset", "guest_hv_interface", "cpuid");
        return new(
            o["cpus"].U8(), o["memory_mb"].U64(), EnablePcie(o["chipset"]),
            o.Optional("guest_hv_interface") is { } hv ? HypervisorInterface(hv) : new GuestHypervisorInterface.Bhyve(),
            o.Optional("cpuid") is { } cpuid ? Cpuid(cpuid) : null);
    }

    private static bool EnablePcie(JsonPlace place)
    {
        var o = JsonFields.Only(place, "type", "value");
        _ = o["type"].OneOf(("i440_fx", true));
        return JsonFields.Only(o["value"], "enable_pcie")["enable_pcie"].Bool();
    }

    private static GuestHypervisorInterface HypervisorInterface(JsonPlace place)
    {
        var o = JsonFields.Only(place, "type", "value");
        if (o["type"].OneOf(("bhyve", false), ("hyper_v", true)))
        {
            var features = JsonFields.Only(o["value"], "features")["features"].Items()
                .Select(f => f.OneOf(("reference_tsc", true)));
            return new GuestHypervisorInterface.HyperV(features.ToList().Count > 0);
        }

        return o.Optional("value") is { } value
            ? throw value.Wrong("bhyve has no value")
            : new GuestHypervisorInterface.Bhyve();
    }

    private static Cpuid Cpuid(JsonPlace place)
    {
        var o = JsonFields.Only(place, "entries", "vendor");
        return new(
            ValueList.From(o["entries"].Items().Select(CpuidEntry)),
            o["vendor"].OneOf(("amd", CpuidVendor.Amd), ("intel", CpuidVendor.Intel)));
    }

    private static CpuidEntry CpuidEntry(JsonPlace place)
    {
        var o = JsonFields.Only(place, "leaf", "subleaf", "eax", "ebx", "ecx", "edx");
        return new(
            o["leaf"].U32(), o.Optional("subleaf")?.U32(),
            o["eax"].U32(), o["ebx"].U32(), o["ecx"].U32(), o["edx"].U32());
    }

    private static SmbiosType1 Smbios(JsonPlace place)
    {
        var o = JsonFields.Only(place, "manufacturer", "product_name", "serial_number", "version");
        return new(
            o["manufacturer"].Text(), o["product_name"].Text(), o["serial_number"].Text(), o["version"].U64());
    }
}
