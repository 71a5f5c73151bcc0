using Akka.Actor;

namespace PropolisActors.Gateway.Tests;

/// <summary>Stands where the VM directory stands and gives one answer to everything, late.</summary>
internal sealed class LateDirectory : ReceiveActor
{
    public LateDirectory(TimeSpan delay, object answer) =>
        ReceiveAny(_ => Context.System.Scheduler.ScheduleTellOnce(delay, Sender, answer, Self));
}
