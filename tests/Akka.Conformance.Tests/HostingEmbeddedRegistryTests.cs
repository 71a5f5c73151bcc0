using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Akka.Conformance.Tests;

/// <summary>Where the registry is better than that of the packages on purpose.</summary>
public sealed class HostingEmbeddedRegistryTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task An_early_read_of_a_required_actor_does_not_spoil_later_ones()
    {
        // The packages keep Nobody from the first read on, still in 1.5.30.1, and answer it for ever.
        using var host = new HostBuilder().ConfigureServices(services => services.AddAkka("hosted", _ => { })).Build();
        await host.StartAsync().WaitAsync(Patience);
        var required = host.Services.GetRequiredService<IRequiredActor<HostingEmbeddedRegistryTests>>();
        Assert.Throws<MissingActorRegistryEntryException>(() => required.ActorRef);
        Assert.Throws<MissingActorRegistryEntryException>(() => required.ActorRef);
        var actor = host.Services.GetRequiredService<ActorSystem>().ActorOf(FuncActor.Echo());

        host.Services.GetRequiredService<ActorRegistry>().Register<HostingEmbeddedRegistryTests>(actor);

        Assert.Same(actor, required.ActorRef);
        Assert.Same(actor, await required.GetAsync().WaitAsync(Patience));
        await host.StopAsync().WaitAsync(Patience);
    }
}
