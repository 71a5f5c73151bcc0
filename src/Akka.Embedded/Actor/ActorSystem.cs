using System.Diagnostics.CodeAnalysis;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace Akka.Actor;

/// <summary>A tree of actors with its own scheduler, event stream and loggers.</summary>
public abstract class ActorSystem : IActorRefFactory, IDisposable
{
    /// <summary>What the configuration says.</summary>
    public abstract Settings Settings { get; }

    /// <summary>The name, which is part of every path.</summary>
    public abstract string Name { get; }

    /// <summary>When the system started.</summary>
    public abstract DateTimeOffset StartTimeUtc { get; }

    /// <summary>Time since the start.</summary>
    public abstract TimeSpan Uptime { get; }

    /// <summary>Publishes events to whoever subscribed to their type.</summary>
    public abstract EventStream EventStream { get; }

    /// <summary>Where undeliverable messages go.</summary>
    public abstract IActorRef DeadLetters { get; }

    /// <summary>Swallows what it is told, without a dead letter.</summary>
    public abstract IActorRef IgnoreRef { get; }

    /// <summary>Tells messages and runs actions later.</summary>
    public abstract IScheduler Scheduler { get; }

    /// <summary>The serializers; made when first asked for.</summary>
    public abstract Serialization.Serialization Serialization { get; }

    /// <summary>A log for code outside actors.</summary>
    public abstract ILoggingAdapter Log { get; }

    /// <summary>The dispatchers of this system.</summary>
    public abstract Dispatchers Dispatchers { get; }

    /// <summary>Ends when every actor has stopped and the termination callbacks have run.</summary>
    public abstract Task WhenTerminated { get; }

    /// <summary>Starts a system with the default configuration.</summary>
    /// <param name="name">ASCII letters, digits and hyphens, not starting with a hyphen.</param>
    /// <exception cref="ArgumentException">The name is something else.</exception>
    public static ActorSystem Create(string name) => Create(name, ActorSystemSetup.Empty);

    /// <summary>Starts a system; the defaults are added to the configuration.</summary>
    public static ActorSystem Create(string name, Config config)
        => Create(name, BootstrapSetup.Create().WithConfig(config));

    /// <summary>Starts a system.</summary>
    public static ActorSystem Create(string name, BootstrapSetup setup)
        => Create(name, ActorSystemSetup.Create(setup));

    /// <summary>Starts a system.</summary>
    public static ActorSystem Create(string name, ActorSystemSetup setup) => new ActorSystemImpl(name, setup);

    /// <inheritdoc/>
    public abstract IActorRef ActorOf(Props props, string? name = null);

    /// <inheritdoc/>
    public abstract ActorSelection ActorSelection(ActorPath actorPath);

    /// <inheritdoc/>
    public abstract ActorSelection ActorSelection(string actorPath);

    /// <summary>Stops an actor after the message it is handling; does not wait.</summary>
    public abstract void Stop(IActorRef actor);

    /// <summary>Runs a <see cref="CoordinatedShutdown"/>, whose last phase stops all actors, children before parents.
    /// Calling it again changes nothing.</summary>
    /// <returns>Ends with the shutdown. An actor must not wait for it.</returns>
    public abstract Task Terminate();

    /// <summary>Runs the code when all actors have stopped; the last registered runs first.</summary>
    public abstract void RegisterOnTermination(Action code);

    /// <summary>The instance of the extension, made if there is none yet.</summary>
    public abstract object RegisterExtension(IExtensionId extension);

    /// <summary>The instance of the extension, or null.</summary>
    public abstract object GetExtension(IExtensionId extensionId);

    /// <summary>Whether there is an instance of the extension.</summary>
    public abstract bool HasExtension(Type type);

    /// <summary>Whether there is an instance of the extension.</summary>
    public abstract bool HasExtension<T>()
        where T : class, IExtension;

    /// <summary>The instance of the extension, if there is one.</summary>
    public abstract bool TryGetExtension(Type extensionType, [MaybeNullWhen(false)] out object extension);

    /// <summary>The instance of the extension, if there is one.</summary>
    public abstract bool TryGetExtension<T>([MaybeNullWhen(false)] out T extension)
        where T : class, IExtension;

    /// <summary>Terminates and blocks until done. Not to be called by an actor.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    public override string ToString() => $"akka://{Name}";

    /// <summary>Terminates and blocks until done.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
            Terminate().GetAwaiter().GetResult();
    }
}
