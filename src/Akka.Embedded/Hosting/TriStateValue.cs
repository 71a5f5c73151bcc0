namespace Akka.Hosting;

/// <summary>How many of something: none, a given number, or all.</summary>
public enum TriStateValue
{
    None,
    Some,
    All,
}
