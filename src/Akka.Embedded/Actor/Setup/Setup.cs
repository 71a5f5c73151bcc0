namespace Akka.Actor.Setup;

/// <summary>A piece of programmatic settings for a system, found by its type.</summary>
public abstract class Setup
{
    /// <summary>This and another piece together.</summary>
    public ActorSystemSetup And(Setup other) => ActorSystemSetup.Create(this, other);
}
