using System.Text;
using Propolis.Core.Json;
using Propolis.Core.Spec;
using PropolisActors.Cli.Client;

namespace PropolisActors.Cli.Tests.Client;

public sealed class InstanceBodyTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(InstanceBody.DisksMax)]
    public void A_body_is_accepted_by_the_service_s_own_reader_and_validation(int disks)
    {
        var body = WithDisks(disks);

        var request = Read(body);
        var init = Assert.IsType<InstanceInit.FromSpec>(request.Init);
        Assert.True(SpecValidator.TryValidate(init.Spec, out var validated, out var detail), detail);

        Assert.Equal(body.Id, request.Properties.Id);
        Assert.Equal("name", request.Properties.Name);
        Assert.Equal((2 * disks) + 2, validated.Spec.Components.Count);
    }

    [Fact]
    public void Each_disk_is_a_backend_by_its_own_name_with_its_request_verbatim_and_a_device_in_boot_order()
    {
        var body = new InstanceBody(Guid.NewGuid(), "name", [new("alpha", "{\"a\":1}"), new("beta", "{\"b\":2}")]);

        var components = Assert.IsType<InstanceInit.FromSpec>(Read(body).Init).Spec.Components;

        var backend = Assert.IsType<Component.CrucibleStorageBackend>(components[SpecKey.Parse("beta")]);
        Assert.Equal("{\"b\":2}", backend.RequestJson);
        var device = Assert.IsType<Component.VirtioDisk>(components[SpecKey.Parse("beta-device")]);
        Assert.Equal(SpecKey.Parse("beta"), device.BackendId);
        var boot = Assert.IsType<Component.BootSettings>(components[SpecKey.Parse("boot-settings")]);
        Assert.Equal([SpecKey.Parse("alpha-device"), SpecKey.Parse("beta-device")], boot.Order);
    }

    [Fact]
    public void More_disks_than_there_are_places_are_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => WithDisks(InstanceBody.DisksMax + 1).ToJson());

    private static InstanceBody WithDisks(int count) => new(
        Guid.NewGuid(), "name", [.. Enumerable.Range(0, count).Select(i => new InstanceDisk($"disk{i}", "{}"))]);

    private static EnsureRequest Read(InstanceBody body)
    {
        var json = Encoding.UTF8.GetBytes(body.ToJson());
        Assert.True(RequestJson.TryReadEnsure(json, SpecFormat.V3, out var request, out var error), error);
        return request;
    }
}
