using Akka.Actor;
using Akka.Cluster.Hosting;
using Akka.Cluster.Sharding;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Akka.Conformance.Tests.Cluster;

/// <summary>Regions and singletons that start with a host.</summary>
public sealed class ClusterHostingTests
{
    [Fact]
    public async Task Every_form_of_WithShardRegion_registers_a_region_that_works()
    {
        await using var host = await HostAsync(akka => akka
            .WithShardRegion<One>("one", _ => FuncActor.Echo(), To.Extractor(), Options())
            .WithShardRegion<Two>("two", (_, _) => _ => FuncActor.Echo(), To.Extractor(), Options())
            .WithShardRegion<Three>("three", (_, _, _) => _ => FuncActor.Echo(), To.Extractor(), Options()));

        IActorRef[] regions = [host.Get<One>(), host.Get<Two>(), host.Get<Three>()];
        foreach (var region in regions)
            Assert.Equal("hello", await region.Ask<string>(new To("a", "hello"), Limits.Long));
        Assert.Equal(regions[0], ClusterSharding.Get(host.System).ShardRegion("one"));
    }

    [Fact]
    public async Task Region_factory_gets_the_registry_of_what_was_started_before()
    {
        await using var host = await HostAsync(akka => akka
            .WithActors((system, registry) => registry.Register<One>(system.ActorOf(FuncActor.Echo(), "before")))
            .WithShardRegion<Two>(
                "two",
                (_, registry) =>
                {
                    var before = registry.Get<One>();
                    return _ => FuncActor.Of((message, context) => context.Sender.Tell(before, context.Self));
                },
                To.Extractor(),
                Options()));

        Assert.Equal(host.Get<One>(), await host.Get<Two>().Ask<IActorRef>(new To("a", "who"), Limits.Long));
    }

    [Fact]
    public async Task Region_takes_idle_time_and_stop_message_from_its_options()
    {
        var stopped = new TaskCompletionSource<string>();
        var options = Options();
        options.PassivateIdleEntityAfter = TimeSpan.FromMilliseconds(200);
        options.HandOffStopMessage = "idle";
        await using var host = await HostAsync(akka => akka.WithShardRegion<One>(
            "one",
            id => FuncActor.Of((message, context) =>
            {
                if (message is not "idle")
                    return;
                stopped.TrySetResult(id);
                context.Stop(context.Self);
            }),
            To.Extractor(),
            options));

        host.Get<One>().Tell(new To("a", "hello"));

        Assert.Equal("a", await stopped.Task.WaitAsync(Limits.Long));
    }

    [Fact]
    public async Task WithShardRegionProxy_registers_a_way_to_the_entities()
    {
        await using var host = await HostAsync(akka => akka
            .WithShardRegionProxy<One>("two", "", To.Extractor())
            .WithShardRegion<Two>("two", _ => FuncActor.Echo(), To.Extractor(), Options()));

        Assert.Equal("hello", await host.Get<One>().Ask<string>(new To("a", "hello"), Limits.Long));
        Assert.NotEqual(host.Get<One>(), host.Get<Two>());
    }

    [Fact]
    public async Task WithSingleton_starts_manager_singleton_and_a_registered_proxy()
    {
        await using var host = await HostAsync(akka => akka
            .WithSingleton<One>("clock", (_, _, _) => FuncActor.Echo())
            .WithSingleton<Two>("bell", FuncActor.Echo(), new ClusterSingletonOptions { BufferSize = 5 }));

        Assert.Equal("/user/clock-proxy", host.Get<One>().Path.ToStringWithoutAddress());
        Assert.Equal("tick", await host.Get<One>().Ask<string>("tick", Limits.Long));
        Assert.Equal("ding", await host.Get<Two>().Ask<string>("ding", Limits.Long));
        await host.System.ActorSelection("/user/clock/clock").ResolveOne(Limits.Long);
    }

    [Fact]
    public async Task WithSingleton_without_proxy_registers_nothing_and_WithSingletonProxy_reaches_it()
    {
        await using var host = await HostAsync(akka => akka
            .WithSingleton<One>("clock", FuncActor.Echo(), createProxyToo: false)
            .WithSingletonProxy<Two>("clock"));

        Assert.False(host.Registry.TryGet<One>(out _));
        Assert.Equal("/user/clock-proxy", host.Get<Two>().Path.ToStringWithoutAddress());
        Assert.Equal("tick", await host.Get<Two>().Ask<string>("tick", Limits.Long));
    }

    [Fact]
    public async Task Singleton_of_a_host_that_stops_gets_its_termination_message()
    {
        var last = new TaskCompletionSource<object>();
        var host = await HostAsync(akka => akka.WithSingleton<One>(
            "clock",
            FuncActor.Of((message, context) =>
            {
                if (message is "tick")
                {
                    context.Sender.Tell("tock", context.Self);
                    return;
                }
                last.TrySetResult(message);
                context.Stop(context.Self);
            }),
            new ClusterSingletonOptions { TerminationMessage = "bye" }));
        Assert.Equal("tock", await host.Get<One>().Ask<string>("tick", Limits.Long));

        await host.DisposeAsync();

        Assert.Equal("bye", await last.Task.WaitAsync(Limits.Long));
    }

    private static ShardOptions Options() => new() { StateStoreMode = StateStoreMode.DData };

    private static async Task<ClusterHost> HostAsync(Action<AkkaConfigurationBuilder> configure)
    {
        var host = new HostBuilder()
            .ConfigureServices(services => services.AddAkka("hosted", akka =>
            {
                akka.AddHocon(ClusterNode.With(""), HoconAddMode.Prepend);
                akka.WithActors((system, _) => ClusterNode.JoinAsync(system));
                configure(akka);
            }))
            .Build();
        await host.StartAsync().WaitAsync(Limits.Long);
        return new ClusterHost(host);
    }

    private sealed class ClusterHost(IHost host) : IAsyncDisposable
    {
        public ActorSystem System => host.Services.GetRequiredService<ActorSystem>();

        public ActorRegistry Registry => host.Services.GetRequiredService<ActorRegistry>();

        public IActorRef Get<TKey>() => Registry.Get<TKey>();

        public async ValueTask DisposeAsync()
        {
            await host.StopAsync().WaitAsync(Limits.Long);
            host.Dispose();
        }
    }

    private sealed class One;

    private sealed class Two;

    private sealed class Three;
}
