using Akka.Actor;
using Akka.Hosting;
using Akka.Persistence.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Akka.Conformance.Tests.Persistence;

/// <summary>Plugins chosen in a host.</summary>
public sealed class PersistenceHostingTests
{
    [Fact]
    public async Task In_memory_plugins_become_the_default()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddAkka("hosted", akka => akka.WithInMemoryJournal().WithInMemorySnapshotStore());
        using var host = builder.Build();
        await host.StartAsync();
        var config = host.Services.GetRequiredService<ActorSystem>().Settings.Config;
        Assert.Equal("akka.persistence.journal.inmem", config.GetString("akka.persistence.journal.plugin"));
        Assert.Equal(
            "akka.persistence.snapshot-store.inmem", config.GetString("akka.persistence.snapshot-store.plugin"));
        await host.StopAsync();
    }
}
