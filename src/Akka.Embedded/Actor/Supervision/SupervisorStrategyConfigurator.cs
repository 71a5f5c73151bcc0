using Akka.Util;

namespace Akka.Actor;

/// <summary>Makes the user guardian's strategy, as named by <c>akka.actor.guardian-supervisor-strategy</c>.</summary>
public abstract class SupervisorStrategyConfigurator
{
    /// <summary>Makes the strategy.</summary>
    public abstract SupervisorStrategy Create();

    /// <summary>Makes the configurator of that type.</summary>
    public static SupervisorStrategyConfigurator CreateConfigurator(string typeName)
        => (SupervisorStrategyConfigurator)Activator.CreateInstance(TypeResolver.Resolve(typeName))!;
}
