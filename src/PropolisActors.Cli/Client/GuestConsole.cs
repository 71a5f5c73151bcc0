using System.Net.WebSockets;
using System.Text;

namespace PropolisActors.Cli.Client;

/// <summary>A serial console used line by line: types commands, waits for lines the guest prints.</summary>
public sealed class GuestConsole : IDisposable
{
    /// <summary>A longer line comes in parts.</summary>
    public const int LineCharactersMax = 4096;

    private readonly SerialConnection _serial;
    private readonly byte[] _buffer = new byte[4096];
    private readonly StringBuilder _unfinished = new();
    private readonly Queue<string> _lines = new();

    private GuestConsole(SerialConnection serial)
    {
        _serial = serial;
    }

    /// <summary>Connects and begins with the first line the guest ever printed.</summary>
    /// <exception cref="ApiUnreachableException">No connection.</exception>
    public static async Task<GuestConsole> OpenAsync(ApiTarget target, CancellationToken ct) =>
        new(await SerialConnection.OpenAsync(target, byteOffset: 0, ct));

    /// <summary>Types one line.</summary>
    /// <exception cref="ApiUnreachableException">The connection is gone.</exception>
    public async Task TypeAsync(string line, CancellationToken ct)
    {
        try
        {
            await _serial.SendAsync(Encoding.ASCII.GetBytes(line + "\r"), ct);
        }
        catch (WebSocketException e)
        {
            throw new ApiUnreachableException($"the serial console is gone: {e.Message}.", e);
        }
    }

    /// <summary>Reads lines until one begins with one of these; takes it and all before it.</summary>
    /// <returns>That line, or null when the console ended first.</returns>
    public async Task<string?> WaitForAsync(IReadOnlyCollection<string> beginnings, CancellationToken ct)
    {
        while (await ReadLineAsync(ct) is { } line)
        {
            if (beginnings.Any(beginning => line.StartsWith(beginning, StringComparison.Ordinal)))
                return line;
        }

        return null;
    }

    /// <summary>Waits until the guest takes commands.</summary>
    /// <exception cref="GuestException">The console ended first.</exception>
    public async Task WaitUntilReadyAsync(CancellationToken ct)
    {
        if (await WaitForAsync(["ready"], ct) is null)
            throw new GuestException("the console ended before the guest had booted.");
    }

    /// <summary>Types a command that the simulated guest runs on each of its disks and answers for each.</summary>
    /// <param name="command"><c>write</c>, <c>verify</c> or <c>flush</c>, perhaps with a seed.</param>
    /// <param name="disks">All the disks it has.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>A line for each disk, in the order in which they were done.</returns>
    /// <exception cref="GuestException">It did not work on a disk, or the console ended.</exception>
    public async Task<IReadOnlyList<string>> RunOnAllAsync(
        string command, IReadOnlyCollection<string> disks, CancellationToken ct)
    {
        var word = command.Split(' ')[0];
        var awaited = disks.Select(disk => $"{word} {disk} ").ToHashSet(StringComparer.Ordinal);
        var lines = new List<string>();
        await TypeAsync(command, ct);
        while (awaited.Count > 0)
        {
            var line = await WaitForAsync(awaited, ct)
                ?? throw new GuestException($"the console ended before '{command}' was done on all disks.");
            if (!line[(line.IndexOf(' ', word.Length + 1) + 1)..].StartsWith("ok", StringComparison.Ordinal))
                throw new GuestException($"the guest says: {line}");
            awaited.RemoveWhere(beginning => line.StartsWith(beginning, StringComparison.Ordinal));
            lines.Add(line);
        }

        return lines;
    }

    /// <summary>The next whole line without its end, or null when the console ended.</summary>
    public async Task<string?> ReadLineAsync(CancellationToken ct)
    {
        while (true)
        {
            if (_lines.TryDequeue(out var line))
                return line;
            var count = await _serial.ReceiveAsync(_buffer, ct);
            if (count == 0)
                return null;
            Split(Encoding.ASCII.GetString(_buffer, 0, count));
        }
    }

    public void Dispose() => _serial.Dispose();

    private void Split(string text)
    {
        foreach (var c in text)
        {
            if (c != '\n')
                _unfinished.Append(c);
            if (c != '\n' && _unfinished.Length < LineCharactersMax)
                continue;
            _lines.Enqueue(_unfinished.ToString().TrimEnd('\r'));
            _unfinished.Clear();
        }
    }
}
