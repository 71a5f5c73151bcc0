using System.Collections.Immutable;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Conformance.Tests.Persistence;
using Akka.Hosting;
using Akka.Serialization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Akka.Conformance.Tests.Serialization;

/// <summary>Which serializer an object gets, and what stands beside its bytes.</summary>
public sealed class SerializationTests : IDisposable
{
    private readonly ActorSystem _system = ActorSystem.Create("serialization", ConfigurationFactory.ParseString($$"""
        akka.actor {
          serializers {
            text = "{{typeof(TextSerializer).AssemblyQualifiedName}}"
            shape = "{{typeof(ShapeSerializer).AssemblyQualifiedName}}"
            circle = "{{typeof(CircleSerializer).AssemblyQualifiedName}}"
          }
          serialization-bindings {
            "System.String" = text
            "{{typeof(IShape).AssemblyQualifiedName}}" = shape
            "{{typeof(Circle).AssemblyQualifiedName}}" = circle
          }
          serialization-identifiers { "{{typeof(ShapeSerializer).AssemblyQualifiedName}}" = 7100 }
        }
        """));

    private interface IShape;

    public void Dispose() => _system.Dispose();

    [Fact]
    public void Manifest_is_the_serializers_own_and_older_ones_are_still_read()
    {
        var serialization = _system.Serialization;
        var serializer = serialization.FindSerializerFor("häuser");
        Assert.Equal(7001, serializer.Identifier);
        Assert.Equal("text/2", Akka.Serialization.Serialization.ManifestFor(serializer, "häuser"));
        var bytes = serialization.Serialize("häuser");
        Assert.Equal("häuser", serialization.Deserialize(bytes, 7001, "text/2"));
        Assert.Equal("hä", serialization.Deserialize([0x68, 0xe4], 7001, "text/1"));
        Assert.Throws<NotSupportedException>(() => serialization.Deserialize(bytes, 7001, "text/3"));
    }

    [Fact]
    public void Object_gets_the_serializer_of_the_most_special_type_bound()
    {
        Assert.IsType<ShapeSerializer>(_system.Serialization.FindSerializerFor(new Square()));
        Assert.IsType<CircleSerializer>(_system.Serialization.FindSerializerFor(new Circle()));
    }

    [Fact]
    public void Identifier_comes_from_the_configuration_unless_the_serializer_has_its_own()
    {
        Assert.Equal(7100, _system.Serialization.FindSerializerForType(typeof(Square)).Identifier);
        Assert.Equal(7101, _system.Serialization.FindSerializerForType(typeof(Circle)).Identifier);
    }

    [Fact]
    public void Byte_array_is_stored_as_it_is()
    {
        byte[] bytes = [1, 2, 3];
        var serializer = _system.Serialization.FindSerializerFor(bytes);
        Assert.Equal(4, serializer.Identifier);
        Assert.Equal("", Akka.Serialization.Serialization.ManifestFor(serializer, bytes));
        Assert.Equal(bytes, _system.Serialization.Deserialize(_system.Serialization.Serialize(bytes), 4, ""));
    }

    [Fact]
    public void Unknown_serializer_id_is_refused_with_its_number()
        => Assert.Contains(
            "7999", Assert.ThrowsAny<Exception>(() => _system.Serialization.Deserialize([1], 7999, "x")).Message);

    [Fact]
    public void Serializers_made_by_a_setup_are_bound_to_its_types()
    {
        var setup = SerializationSetup.Create(system =>
            [SerializerDetails.Create("mine", new TextSerializer(system), ImmutableHashSet.Create(typeof(string)))]);
        using var system = ActorSystem.Create("setup", ActorSystemSetup.Create(setup));
        Assert.IsType<TextSerializer>(system.Serialization.FindSerializerFor("x"));
    }

    [Fact]
    public async Task WithCustomSerializer_binds_a_serializer_in_a_host()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddAkka("hosted", akka => akka.WithCustomSerializer(
            "text", [typeof(string)], system => new TextSerializer(system)));
        using var host = builder.Build();
        await host.StartAsync();
        var system = host.Services.GetRequiredService<ActorSystem>();
        Assert.IsType<TextSerializer>(system.Serialization.FindSerializerFor("x"));
        await host.StopAsync();
    }

    private sealed class Square : IShape;

    private sealed class Circle : IShape;

    private class ShapeSerializer(ExtendedActorSystem system) : Serializer(system)
    {
        public override bool IncludeManifest => false;

        public override byte[] ToBinary(object obj) => [];

        public override object FromBinary(byte[] bytes, Type type) => new Square();
    }

    private sealed class CircleSerializer(ExtendedActorSystem system) : ShapeSerializer(system)
    {
        public override int Identifier => 7101;
    }
}
