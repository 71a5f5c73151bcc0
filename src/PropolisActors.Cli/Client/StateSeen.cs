namespace PropolisActors.Cli.Client;

/// <summary>One answer of the state monitor.</summary>
/// <param name="Gen">Counts publications of this VM's state, from 1.</param>
/// <param name="State"><c>Creating</c>, <c>Starting</c>, <c>Running</c> and so on.</param>
public sealed record StateSeen(ulong Gen, string State)
{
    /// <summary>Nothing follows.</summary>
    public bool IsFinal => State is "Destroyed" or "Failed";

    /// <summary>Reads the body of the answer.</summary>
    /// <exception cref="AnswerFormatException">It is no such answer.</exception>
    public static StateSeen Parse(string json) => AnswerJson.Read<StateSeen>(json, "the state monitor's answer");

    public override string ToString() => $"({Gen} {State})";
}
