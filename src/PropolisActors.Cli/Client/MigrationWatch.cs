using System.Text.Json.Nodes;

namespace PropolisActors.Cli.Client;

/// <summary>Follows the state monitor of one end of a migration until the migration is over there.</summary>
public static class MigrationWatch
{
    /// <summary>Waits for the end.</summary>
    /// <param name="api">The end.</param>
    /// <param name="direction"><c>migration_in</c> or <c>migration_out</c>.</param>
    /// <param name="migration">Which.</param>
    /// <param name="onState">Hears every state of it that was seen.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns><c>Finish</c> or <c>Error</c>.</returns>
    /// <exception cref="ApiRefusedException">The VM ended without a word of it.</exception>
    public static async Task<string> UntilOverAsync(
        ApiClient api, string direction, Guid migration, Action<string> onState, CancellationToken ct)
    {
        var last = "";
        for (var gen = 0UL; ;)
        {
            var seen = JsonNode.Parse((await api.SendAsync(ApiRequest.Monitor(gen), ct)).Body)!;
            gen = seen["gen"]!.GetValue<ulong>() + 1;
            if (seen["migration"]?[direction] is not { } status || status["id"]!.GetValue<Guid>() != migration)
                continue;
            var state = status["state"]!.GetValue<string>();
            if (!string.Equals(state, last, StringComparison.Ordinal))
                onState(last = state);
            if (state is "Finish" or "Error")
                return state;
        }
    }
}
