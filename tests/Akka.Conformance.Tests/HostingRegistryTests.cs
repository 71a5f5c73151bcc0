using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Akka.Conformance.Tests;

public sealed class HostingRegistryTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly IHost _host = new HostBuilder()
        .ConfigureServices(services => services.AddAkka("hosted", _ => { })).Build();

    private ActorSystem System => _host.Services.GetRequiredService<ActorSystem>();

    private ActorRegistry Registry => _host.Services.GetRequiredService<ActorRegistry>();

    public Task InitializeAsync() => _host.StartAsync().WaitAsync(Patience);

    public async Task DisposeAsync()
    {
        await _host.StopAsync().WaitAsync(Patience);
        _host.Dispose();
    }

    [Fact]
    public void A_registered_actor_is_found_under_its_key()
    {
        var actor = Start();
        Registry.Register<Key>(actor);

        Assert.Same(actor, Registry.Get<Key>());
        Assert.True(Registry.TryGet<Key>(out var found));
        Assert.Same(actor, found);
        Assert.Same(actor, ActorRegistry.For(System).Get<Key>());
        Assert.Contains(new KeyValuePair<Type, IActorRef>(typeof(Key), actor), Registry);
    }

    [Fact]
    public void A_taken_key_is_refused_unless_overwriting()
    {
        var (first, second) = (Start(), Start());
        Registry.Register<Key>(first);

        Assert.Throws<DuplicateActorRegistryException>(() => Registry.Register<Key>(second));
        Assert.False(Registry.TryRegister<Key>(second));
        Assert.Same(first, Registry.Get<Key>());
        Registry.Register<Key>(second, overwrite: true);
        Assert.Same(second, Registry.Get<Key>());
    }

    [Fact]
    public void A_null_actor_is_refused() =>
        Assert.Throws<ArgumentNullException>(() => Registry.Register<Key>(null!));

    [Fact]
    public void A_missing_actor_is_an_error_or_nobody()
    {
        Assert.Throws<MissingActorRegistryEntryException>(() => Registry.Get<Key>());
        Assert.False(Registry.TryGet<Key>(out var found));
        Assert.Equal(ActorRefs.Nobody, found);
    }

    [Fact]
    public async Task Waiting_for_an_actor_ends_when_it_is_registered()
    {
        var waiting = Registry.GetAsync<Key>();
        Assert.False(waiting.IsCompleted);
        var actor = Start();

        Registry.Register<Key>(actor);

        Assert.Same(actor, await waiting.WaitAsync(Patience));
        Assert.Same(actor, await Registry.GetAsync<Key>().WaitAsync(Patience));
    }

    [Fact]
    public async Task Waiting_for_an_actor_ends_with_its_token_and_others_go_on_waiting()
    {
        using var giveUp = new CancellationTokenSource();
        var impatient = Registry.GetAsync<Key>(giveUp.Token);
        var patient = Registry.GetAsync<Key>();

        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient.WaitAsync(Patience));
        var actor = Start();
        Registry.Register<Key>(actor);

        Assert.Same(actor, await patient.WaitAsync(Patience));
    }

    [Fact]
    public void An_early_read_of_a_required_actor_is_refused()
    {
        var required = _host.Services.GetRequiredService<IRequiredActor<Key>>();

        Assert.Throws<MissingActorRegistryEntryException>(() => required.ActorRef);
    }

    [Fact]
    public async Task A_required_actor_can_be_waited_for()
    {
        var waiting = _host.Services.GetRequiredService<IRequiredActor<Key>>().GetAsync();
        var actor = Start();

        Registry.Register<Key>(actor);

        Assert.Same(actor, await waiting.WaitAsync(Patience));
    }

    [Fact]
    public async Task A_required_actor_that_was_waited_for_in_vain_is_found_later()
    {
        var required = _host.Services.GetRequiredService<IRequiredActor<Key>>();
        using var over = new CancellationTokenSource();
        var waiting = required.GetAsync(over.Token);
        await over.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Patience));
        var actor = Start();

        Registry.Register<Key>(actor);

        Assert.Same(actor, required.ActorRef);
        Assert.Same(actor, await required.GetAsync().WaitAsync(Patience));
    }

    private IActorRef Start() => System.ActorOf(Props.Create(() => new Nothing()));

    private sealed class Key;

    private sealed class Nothing : ReceiveActor;
}
