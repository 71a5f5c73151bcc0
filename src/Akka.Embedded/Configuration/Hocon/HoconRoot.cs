using Propolis.Hocon;

namespace Akka.Configuration.Hocon;

/// <summary>A whole parsed text, every substitution resolved.</summary>
public sealed class HoconRoot(HoconValue value)
{
    public HoconValue Value { get; } = value ?? throw new ArgumentNullException(nameof(value));
}
