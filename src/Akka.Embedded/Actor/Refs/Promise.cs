using System.Globalization;

namespace Akka.Actor;

/// <summary>An ask that waits for its answer, whatever the type. A link of <see cref="PromiseList"/>.</summary>
internal abstract class Promise(ActorSystemImpl system) : ActorRefBase(null)
{
    /// <summary>Counts the asks of a system, from 1.</summary>
    public long Number { get; } = system.Promises.NextNumber();

    /// <summary>The next older one.</summary>
    public Promise? Older { get; set; }

    /// <summary>The next newer one.</summary>
    public Promise? Newer { get; set; }

    public sealed override ActorSystemImpl System => system;

    public sealed override IActorRef Parent => system.TempRef;

    /// <summary>The name below <c>/temp</c>.</summary>
    public static string NameOf(long number) => string.Create(CultureInfo.InvariantCulture, $"${number}");

    /// <summary>Gives up with an exception, if there was no answer yet.</summary>
    public abstract void Fail(Exception cause);

    /// <summary>Gives up because the asker did, if there was no answer yet.</summary>
    public abstract void Cancel(CancellationToken token);

    private protected sealed override ActorPath MakePath()
        => new ChildActorPath(system.TempRef.Path, NameOf(Number), system.NextUid());
}
