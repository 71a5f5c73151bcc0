namespace Akka.Actor;

/// <summary>An actor that wants a word after its constructor and before PreStart.</summary>
internal interface IInitializableActor
{
    void Init();
}
