using Akka.Actor;

namespace PropolisActors.Tests.Schedules;

/// <summary>Stands for one client: keeps what it is answered.</summary>
internal sealed class Asker(List<object> answers) : UntypedActor
{
    public static Props Into(List<object> answers) => Props.Create(() => new Asker(answers));

    protected override void OnReceive(object message) => answers.Add(message);
}
