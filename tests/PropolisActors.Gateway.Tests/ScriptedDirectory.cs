using Akka.Actor;
using Propolis.Core.Api;
using PropolisActors.Protocols;

namespace PropolisActors.Gateway.Tests;

/// <summary>Stands where the VM directory stands and answers by a rule: null is silence.</summary>
internal sealed class ScriptedDirectory : ReceiveActor
{
    public ScriptedDirectory(Func<object, object?> rule) => ReceiveAny(message =>
    {
        if (rule(message) is { } answer)
            Sender.Tell(answer);
    });

    /// <summary>A directory without VMs.</summary>
    public static Props Empty => Answering(static _ => new VmProtocol.Refused(ApiError.NoInstance));

    public static Props Answering(Func<object, object?> rule) => Props.Create(() => new ScriptedDirectory(rule));
}
