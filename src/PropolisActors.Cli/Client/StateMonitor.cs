using System.Net;
using System.Runtime.CompilerServices;

namespace PropolisActors.Cli.Client;

/// <summary>Follows a VM's state: asks for the next generation after each answer.</summary>
public static class StateMonitor
{
    /// <summary>The present state, then each change that is seen, up to the last.</summary>
    /// <remarks>An answer tells the latest state, so states that pass quickly may be missed. Ends after a final state
    /// and when the VM is replaced or gone; throws as <see cref="ApiClient.SendAsync"/> does otherwise.</remarks>
    public static async IAsyncEnumerable<(StateSeen Seen, ApiAnswer Answer)> FollowAsync(
        ApiClient api, [EnumeratorCancellation] CancellationToken ct)
    {
        ulong gen = 0;
        while (await NextAsync(api, gen, ct) is { } answer)
        {
            var seen = StateSeen.Parse(answer.Body);
            yield return (seen, answer);
            if (seen.IsFinal)
                yield break;
            gen = seen.Gen + 1;
        }
    }

    /// <summary>Waits for a state.</summary>
    /// <returns>All that was seen on the way, the wanted state last; or up to the end when it never came.</returns>
    public static async Task<IReadOnlyList<StateSeen>> UntilAsync(ApiClient api, string state, CancellationToken ct)
    {
        var path = new List<StateSeen>();
        await foreach (var (seen, _) in FollowAsync(api, ct))
        {
            path.Add(seen);
            if (string.Equals(seen.State, state, StringComparison.Ordinal))
                break;
        }

        return path;
    }

    private static async Task<ApiAnswer?> NextAsync(ApiClient api, ulong gen, CancellationToken ct)
    {
        try
        {
            return await api.SendAsync(ApiRequest.Monitor(gen), ct);
        }
        catch (ApiRefusedException e) when (e.Status == HttpStatusCode.Gone)
        {
            return null;
        }
    }
}
