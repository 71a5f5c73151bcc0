using Akka.Util;

namespace Akka.Actor.Setup;

/// <summary>Programmatic settings of a system: at most one piece of each type. Immutable.</summary>
public sealed class ActorSystemSetup
{
    /// <summary>No settings.</summary>
    public static readonly ActorSystemSetup Empty = new([]);

    private readonly Dictionary<Type, Setup> _pieces;

    private ActorSystemSetup(Dictionary<Type, Setup> pieces) => _pieces = pieces;

    /// <summary>Settings of these pieces; a later one replaces an earlier one of its type.</summary>
    public static ActorSystemSetup Create(params Setup[] setup)
        => setup.Aggregate(Empty, (all, piece) => all.With(piece));

    /// <summary>The piece of that type, if there is one.</summary>
    public Option<T> Get<T>()
        where T : Setup
        => _pieces.TryGetValue(typeof(T), out var piece) ? new Option<T>((T)piece) : Option<T>.None;

    /// <summary>These settings with another piece.</summary>
    public ActorSystemSetup WithSetup<T>(T setup)
        where T : Setup
        => With(setup);

    /// <summary>These settings with another piece.</summary>
    public ActorSystemSetup And<T>(T setup)
        where T : Setup
        => With(setup);

    private ActorSystemSetup With(Setup setup) => new(new(_pieces) { [setup.GetType()] = setup });
}
