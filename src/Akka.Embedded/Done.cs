namespace Akka;

/// <summary>The result of something that is over and has no other result.</summary>
public sealed class Done
{
    /// <summary>The only one.</summary>
    public static readonly Done Instance = new();

    private Done()
    {
    }
}
