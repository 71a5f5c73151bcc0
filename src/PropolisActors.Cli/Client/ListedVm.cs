namespace PropolisActors.Cli.Client;

/// <summary>One VM of a service's list.</summary>
/// <param name="Name">Its name there.</param>
/// <param name="State">As the API names it.</param>
/// <param name="FailureReason">Why it failed, or null.</param>
public sealed record ListedVm(string Name, string State, string? FailureReason)
{
    private sealed record Answer(IReadOnlyList<ListedVm> Vms);

    /// <summary>Reads the answer of <see cref="ApiRequest.Vms"/>.</summary>
    /// <exception cref="AnswerFormatException">It is no such answer.</exception>
    public static IReadOnlyList<ListedVm> ReadAll(string json) => AnswerJson.Read<Answer>(json, "the list of VMs").Vms;
}
