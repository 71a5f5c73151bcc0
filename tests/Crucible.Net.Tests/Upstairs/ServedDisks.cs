namespace Crucible.Net.Tests.Upstairs;

/// <summary>Three regions, each served.</summary>
internal sealed class ServedDisks(bool encrypted = false) : IAsyncDisposable
{
    public ServedDisk[] All { get; } = [new(encrypted), new(encrypted), new(encrypted)];

    public async ValueTask DisposeAsync()
    {
        foreach (var server in All)
            await server.DisposeAsync();
    }
}
