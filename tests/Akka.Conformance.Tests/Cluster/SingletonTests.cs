using Akka.Actor;
using Akka.Cluster.Tools.Singleton;

namespace Akka.Conformance.Tests.Cluster;

/// <summary>Singletons and their proxies.</summary>
public sealed class SingletonTests : ClusterTestKit
{
    [Fact]
    public void Singleton_is_the_child_of_its_manager_by_its_name()
    {
        StartClock();
        Expect("clock started");
        Sys.ActorSelection("/user/clock/clock").Tell("who");
        var (self, parent) = Expect<(IActorRef, IActorRef)>();
        Assert.Equal("/user/clock/clock", self.Path.ToStringWithoutAddress());
        Assert.Equal("/user/clock", parent.Path.ToStringWithoutAddress());
    }

    [Fact]
    public void Proxy_keeps_messages_and_their_senders_until_the_singleton_is_known()
    {
        var probe = CreateTestProbe();
        var proxy = StartProxy(bufferSize: 1000);
        probe.Send(proxy, "one");
        proxy.Tell("two");
        StartClock();
        probe.ExpectMsg("clock got one", Limits.Long);
        Expect("clock started");
        Expect("clock got two");
        probe.Send(proxy, "three");
        probe.ExpectMsg("clock got three", Limits.Long);
    }

    [Fact]
    public void Proxy_whose_buffer_is_full_drops_the_oldest()
    {
        var proxy = StartProxy(bufferSize: 3);
        for (var i = 1; i <= 5; i++)
            proxy.Tell($"{i}");
        StartClock();
        Expect("clock started");
        Expect("clock got 3");
        Expect("clock got 4");
        Expect("clock got 5");
        proxy.Tell("last");
        Expect("clock got last");
    }

    [Fact]
    public void Proxy_without_a_buffer_drops_what_comes_before_the_singleton_is_known()
    {
        // Goal: nothing is kept. Method: tell in vain, then tell until the singleton answers; the first answer is not
        // the one in vain.
        var proxy = StartProxy(bufferSize: 0);
        proxy.Tell("in vain");
        StartClock();
        Expect("clock started");
        UntilItAnswers(proxy);
        proxy.Tell("last");
        Expect("clock got last");
    }

    [Fact]
    public void Failing_singleton_is_restarted_and_the_proxy_still_reaches_it()
    {
        var proxy = StartProxy(bufferSize: 1000);
        StartClock();
        Expect("clock started");
        proxy.Tell("count");
        Expect(1);
        proxy.Tell("fail");
        Expect("clock stopped");
        Expect("clock started");
        proxy.Tell("count");
        Expect(1);
    }

    [Fact]
    public void Singleton_that_stops_by_itself_is_not_started_again_while_its_manager_lives()
    {
        var manager = StartClock();
        Expect("clock started");
        Sys.ActorSelection("/user/clock/clock").Tell("who");
        var (singleton, _) = Expect<(IActorRef, IActorRef)>();
        Watch(singleton);
        singleton.Tell("quit");
        Expect("clock stopped");
        ExpectTerminated(singleton, Limits.Long);
        // The manager answers after it has dealt with the end, or before: in neither case is there another one.
        manager.Tell(new Identify(1));
        Assert.Equal(manager, Expect<ActorIdentity>().Subject);
        Sys.ActorSelection("/user/clock/clock").Tell(new Identify(2));
        Assert.Null(Expect<ActorIdentity>().Subject);
    }

    [Fact]
    public void Proxy_finds_the_singleton_of_a_manager_that_was_started_again()
    {
        var proxy = StartProxy(bufferSize: 1000);
        var manager = StartClock();
        Expect("clock started");
        proxy.Tell("one");
        Expect("clock got one");
        Watch(manager);
        Sys.Stop(manager);
        Expect("clock stopped");
        ExpectTerminated(manager, Limits.Long);
        StartClock();
        Expect("clock started");
        // The proxy may not have heard of the end yet and lose one; it must not lose those after.
        UntilItAnswers(proxy);
        proxy.Tell("two");
        Expect("clock got two");
    }

    [Fact]
    public void Settings_come_from_the_configuration_and_can_be_changed()
    {
        var proxy = ClusterSingletonProxySettings.Create(Sys);
        Assert.Equal(("singleton", 1000, TimeSpan.FromSeconds(1)),
            (proxy.SingletonName, proxy.BufferSize, proxy.SingletonIdentificationInterval));
        var changed = proxy.WithSingletonName("clock").WithBufferSize(7).WithRole("timing")
            .WithSingletonIdentificationInterval(TimeSpan.FromSeconds(2));
        Assert.Equal(("clock", 7, "timing", TimeSpan.FromSeconds(2)),
            (changed.SingletonName, changed.BufferSize, changed.Role, changed.SingletonIdentificationInterval));
        Assert.Throws<ArgumentException>(() => proxy.WithBufferSize(-1));
        var manager = ClusterSingletonManagerSettings.Create(Sys);
        Assert.Equal("singleton", manager.SingletonName);
        Assert.Equal(("clock", "timing"),
            (manager.WithSingletonName("clock").SingletonName, manager.WithRole("timing").Role));
    }

    private void UntilItAnswers(IActorRef proxy)
    {
        var probe = CreateTestProbe();
        AwaitAssert(
            () =>
            {
                probe.Send(proxy, "count");
                probe.ExpectMsg<int>(Limits.Short);
            },
            Limits.Long);
    }

    private IActorRef StartClock()
    {
        var watcher = TestActor;
        return Sys.ActorOf(
            ClusterSingletonManager.Props(
                Props.Create(() => new Entity("clock", watcher, null)),
                ClusterSingletonManagerSettings.Create(Sys).WithSingletonName("clock")),
            "clock");
    }

    private IActorRef StartProxy(int bufferSize) => Sys.ActorOf(
        ClusterSingletonProxy.Props(
            "/user/clock",
            ClusterSingletonProxySettings.Create(Sys)
                .WithSingletonName("clock")
                .WithBufferSize(bufferSize)
                .WithSingletonIdentificationInterval(TimeSpan.FromMilliseconds(50))),
        "clock-proxy");
}
