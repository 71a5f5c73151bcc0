using System.Text;
using System.Text.Json.Nodes;
using Propolis.Core.Json;
using Propolis.Core.Lifecycle;
using Propolis.Core.Serial;
using Propolis.Core.Spec;

namespace Propolis.Core.Tests.Json;

public class ResponseJsonTests
{
    private static readonly InstanceSpec Spec = ReadSpec();
    private static readonly InstanceProperties Properties = ReadProperties();

    [Fact]
    public void A_shown_spec_lists_its_components_in_key_order()
    {
        var keys = Shown(SpecFormat.V3)["spec"]!["value"]!["components"]!.AsObject().Select(p => p.Key).ToList();

        Assert.Equal(keys.Select(SpecKey.Parse).Order().Select(k => k.ToString()), keys);
        Assert.Equal("01010101-0101-0101-0101-010101010101", keys[0]);
    }

    [Fact]
    public void The_newest_format_shows_everything_as_it_was_given()
    {
        var shown = Shown(SpecFormat.V3);

        Assert.Equal("Present", (string?)shown["spec"]!["type"]);
        Assert.Equal("Running", (string?)shown["state"]);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Samples.Spec), shown["spec"]!["value"]));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Samples.Properties), shown["properties"]));
    }

    [Fact]
    public void The_second_format_drops_sockets_and_nothing_else()
    {
        var expected = JsonNode.Parse(Samples.Spec)!;
        expected["components"]!.AsObject().Remove("socket");

        Assert.True(JsonNode.DeepEquals(expected, Shown(SpecFormat.V2)["spec"]!["value"]));
    }

    [Fact]
    public void The_first_format_has_an_envelope_and_no_smbios()
    {
        var expected = JsonNode.Parse(Samples.Spec)!;
        expected["components"]!.AsObject().Remove("socket");
        expected.AsObject().Remove("smbios");

        var value = Shown(SpecFormat.V1)["spec"]!["value"]!;

        Assert.Equal("V0", (string?)value["version"]);
        Assert.True(JsonNode.DeepEquals(expected, value["spec"]));
    }

    [Theory]
    [InlineData(SpecFormat.V1)]
    [InlineData(SpecFormat.V3)]
    public void A_migration_target_without_a_spec_says_so_in_every_format(SpecFormat format)
    {
        var json = JsonNode.Parse(ResponseJson.SpecGet(Properties, InstanceState.Migrating, null, format))!;

        Assert.Equal("""{"type":"WaitingForMigrationSource"}""", json["spec"]!.ToJsonString());
    }

    [Fact]
    public void A_validated_spec_without_choices_is_shown_with_a_cpuid_and_without_the_default_interface()
    {
        Assert.True(SpecValidator.TryValidate(
            Propolis.Core.Tests.Spec.Specs.Of(), out var validated, out _));

        var json = JsonNode.Parse(ResponseJson.Spec(validated.Spec, SpecFormat.V3))!;

        Assert.NotEmpty(json["board"]!["cpuid"]!["entries"]!.AsArray());
        Assert.False(json["board"]!.AsObject().ContainsKey("guest_hv_interface"));
        Assert.True(json.AsObject().TryGetPropertyValue("smbios", out var smbios) && smbios is null);
    }

    [Fact]
    public void An_instance_is_shown_with_its_state()
    {
        var json = JsonNode.Parse(ResponseJson.InstanceGet(Properties, InstanceState.Creating))!;

        Assert.Equal("Creating", (string?)json["instance"]!["state"]);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Samples.Properties), json["instance"]!["properties"]));
    }

    [Fact]
    public void An_ensure_answer_names_the_migration_or_none()
    {
        var id = Guid.Parse("99999999-0000-0000-0000-000000000000");

        Assert.Equal("""{"migrate":null}""", Text(ResponseJson.EnsureAnswer(null)));
        Assert.Equal($$$"""{"migrate":{"migration_id":"{{{id}}}"}}""", Text(ResponseJson.EnsureAnswer(id)));
    }

    [Fact]
    public void A_monitor_answer_has_generation_state_and_migrations()
    {
        var id = Guid.Parse("99999999-0000-0000-0000-000000000000");
        var snapshot = new InstanceStateSnapshot(
            ulong.MaxValue, InstanceState.Running, new(null, new MigrationStatus(id, MigrationState.RamPushDirty)));

        Assert.Equal(
            """{"gen":18446744073709551615,"state":"Running","migration":{"migration_in":null,"migration_out":"""
            + $$"""{"id":"{{id}}","state":"RamPushDirty"}"""
            + "}}",
            Text(ResponseJson.Monitor(snapshot)));
        Assert.Equal(
            """{"migration_in":null,"migration_out":null}""",
            Text(ResponseJson.MigrationStatus(MigrationStatuses.None)));
    }

    [Fact]
    public void Console_history_is_an_array_of_numbers() => Assert.Equal(
        """{"data":[0,65,255],"last_byte_offset":9}""",
        Text(ResponseJson.SerialHistory(new SerialRead.Data(new byte[] { 0, 65, 255 }, 9))));

    private static JsonNode Shown(SpecFormat format) =>
        JsonNode.Parse(ResponseJson.SpecGet(Properties, InstanceState.Running, Spec, format))!;

    private static InstanceSpec ReadSpec()
    {
        Assert.True(RequestJson.TryReadSpec(
            Encoding.UTF8.GetBytes(Samples.Spec), SpecFormat.V3, out var spec, out var error), error);
        return spec!;
    }

    private static InstanceProperties ReadProperties()
    {
        Assert.True(RequestJson.TryReadEnsure(
            Encoding.UTF8.GetBytes(Samples.Ensure(Samples.Spec)), SpecFormat.V3, out var request, out var error),
            error);
        return request!.Properties;
    }

    private static string Text(byte[] utf8) => Encoding.UTF8.GetString(utf8);
}
