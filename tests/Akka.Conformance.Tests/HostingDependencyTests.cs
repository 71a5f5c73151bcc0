using Akka.Actor;
using Akka.DependencyInjection;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Akka.Conformance.Tests;

public sealed class HostingDependencyTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly IHost _host = new HostBuilder().ConfigureServices(services => services
        .AddSingleton(new Shared("from container"))
        .AddTransient<Fresh>()
        .AddScoped<Scoped>()
        .AddAkka("hosted", _ => { })).Build();

    private ActorSystem System => _host.Services.GetRequiredService<ActorSystem>();

    public Task InitializeAsync() => _host.StartAsync().WaitAsync(Patience);

    public async Task DisposeAsync()
    {
        await _host.StopAsync().WaitAsync(Patience);
        _host.Dispose();
    }

    [Fact]
    public async Task Given_arguments_are_used_and_the_rest_comes_from_the_container()
    {
        var actor = System.ActorOf(DependencyResolver.For(System).Props<Injected>("given"));

        var answer = await actor.Ask<Answer>("get", Patience).WaitAsync(Patience);

        Assert.Equal("given", answer.Given);
        Assert.Same(_host.Services.GetRequiredService<Shared>(), answer.Shared);
    }

    [Fact]
    public async Task Given_arguments_win_over_the_container()
    {
        var mine = new Shared("mine");
        var actor = System.ActorOf(DependencyResolver.For(System).Props<Injected>("given", mine));

        Assert.Same(mine, (await actor.Ask<Answer>("get", Patience).WaitAsync(Patience)).Shared);
    }

    [Fact]
    public async Task Each_incarnation_is_a_new_instance_with_new_transients()
    {
        var actor = System.ActorOf(DependencyResolver.For(System).Props(typeof(Injected), "given"));
        var before = await actor.Ask<Answer>("get", Patience).WaitAsync(Patience);

        actor.Tell("fail");
        var after = await actor.Ask<Answer>("get", Patience).WaitAsync(Patience);

        Assert.NotSame(before.Fresh, after.Fresh);
        Assert.Same(before.Shared, after.Shared);
        Assert.Equal("given", after.Given);
    }

    [Fact]
    public void Services_are_resolved_from_the_root_or_from_a_scope()
    {
        var resolver = DependencyResolver.For(System).Resolver;

        Assert.Same(_host.Services.GetRequiredService<Shared>(), resolver.GetService<Shared>());
        Assert.Same(_host.Services.GetRequiredService<Shared>(), resolver.GetService(typeof(Shared)));
        Assert.Null(resolver.GetService(typeof(HostingDependencyTests)));
        Scoped? inScope;
        using (var scope = resolver.CreateScope())
        {
            inScope = scope.Resolver.GetService<Scoped>();
            Assert.NotNull(inScope);
            Assert.Same(inScope, scope.Resolver.GetService<Scoped>());
            Assert.False(inScope.IsDisposed);
        }
        Assert.True(inScope.IsDisposed);
    }

    public sealed record Shared(string Name);

    public sealed class Fresh;

    public sealed class Scoped : IDisposable
    {
        public bool IsDisposed { get; private set; }

        public void Dispose() => IsDisposed = true;
    }

    public sealed record Answer(string Given, Shared Shared, Fresh Fresh);

    public sealed class Injected : ReceiveActor
    {
        public Injected(string given, Shared shared, Fresh fresh)
        {
            Receive<string>(s => s == "get", _ => Sender.Tell(new Answer(given, shared, fresh)));
            Receive<string>(s => s == "fail", _ => throw new InvalidOperationException("asked to"));
        }
    }
}
