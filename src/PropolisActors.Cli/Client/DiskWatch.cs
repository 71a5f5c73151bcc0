namespace PropolisActors.Cli.Client;

/// <summary>Waits for something in a disk's status, which the API has no request for.</summary>
public static class DiskWatch
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Asks until the status is as wanted; give <paramref name="ct"/> a limit.</summary>
    /// <param name="seen">Told every status.</param>
    public static async Task<(DiskStatus Status, ApiAnswer Answer)> UntilAsync(
        ApiClient api, string disk, Func<DiskStatus, bool> isWanted, Action<DiskStatus> seen, CancellationToken ct)
    {
        using var pauses = new PeriodicTimer(Pause);
        while (true)
        {
            var answer = await api.SendAsync(ApiRequest.DiskStatus(disk), ct);
            var status = DiskStatus.Parse(answer.Body);
            seen(status);
            if (isWanted(status))
                return (status, answer);
            await pauses.WaitForNextTickAsync(ct);
        }
    }
}
