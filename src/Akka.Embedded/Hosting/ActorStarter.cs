using Akka.Actor;
using Akka.DependencyInjection;

namespace Akka.Hosting;

/// <summary>Starts actors when the host starts; the next starter runs when the task is done.</summary>
public delegate Task ActorStarter(ActorSystem system, IActorRegistry registry);

/// <summary>Starts actors whose constructors take services.</summary>
public delegate Task ActorStarterWithResolver(
    ActorSystem system, IActorRegistry registry, IDependencyResolver resolver);

/// <summary>Runs when every actor starter is done.</summary>
public delegate Task StartupTask(ActorSystem system, IActorRegistry registry);
