using System.Diagnostics;
using System.Threading.Channels;

namespace PropolisActors.Cli.Processes;

/// <summary>A process of ours that runs until it is killed. Owns its lines of output and its end.</summary>
/// <remarks>Killing is SIGKILL: nothing is flushed and nothing is said to anybody, as in a crash.</remarks>
public sealed class ChildProcess : IAsyncDisposable
{
    private const int OutputLinesMax = 1000;
    private const int ErrorLinesKept = 20;

    private readonly Process _process;
    private readonly Channel<string> _output = Channel.CreateBounded<string>(
        new BoundedChannelOptions(OutputLinesMax) { FullMode = BoundedChannelFullMode.DropOldest });

    private readonly Queue<string> _errors = new();
    private readonly Task _reading;
    private bool _disposed;

    private ChildProcess(Process process, string name)
    {
        _process = process;
        Name = name;
        _reading = Task.WhenAll(ReadOutputAsync(), ReadErrorsAsync());
    }

    /// <summary>The words it was started with.</summary>
    public string Name { get; }

    public int Id => _process.Id;

    public static ChildProcess Start(params IReadOnlyList<string> args)
    {
        var process = PropolisExecutable.Start(args);
        process.StandardInput.Close();
        return new ChildProcess(process, $"propolis {string.Join(' ', args)}");
    }

    /// <summary>Reads lines of its output up to one that begins so.</summary>
    /// <returns>What follows the beginning.</returns>
    /// <exception cref="ChildProcessException">It ended first, or was too slow.</exception>
    public async Task<string> WaitForLineAsync(string beginning, TimeSpan limit, CancellationToken ct)
    {
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(ct);
        timer.CancelAfter(limit);
        try
        {
            await foreach (var line in _output.Reader.ReadAllAsync(timer.Token))
            {
                if (line.StartsWith(beginning, StringComparison.Ordinal))
                    return line[beginning.Length..];
            }

            await _reading.WaitAsync(timer.Token);
            throw new ChildProcessException($"'{Name}' ended before it said '{beginning.TrimEnd()}': {LastErrors()}");
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new ChildProcessException(
                $"'{Name}' did not say '{beginning.TrimEnd()}' within {limit.TotalSeconds:0} s: {LastErrors()}");
        }
    }

    /// <summary>Waits until it has ended by itself.</summary>
    /// <returns>Its exit code.</returns>
    /// <exception cref="TimeoutException">It was too slow; it runs on.</exception>
    public async Task<int> WaitForExitAsync(TimeSpan limit, CancellationToken ct)
    {
        await _process.WaitForExitAsync(ct).WaitAsync(limit, ct);
        await _reading;
        return _process.ExitCode;
    }

    /// <summary>Ends it at once and returns when it is gone.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        await _reading;
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        await KillAsync();
        _process.Dispose();
    }

    /// <summary>The last lines on its standard error, for a message.</summary>
    public string LastErrors()
    {
        lock (_errors)
            return _errors.Count == 0 ? "nothing on its standard error" : string.Join(" | ", _errors);
    }

    private async Task ReadOutputAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync(CancellationToken.None) is { } line)
            _output.Writer.TryWrite(line);
        _output.Writer.Complete();
    }

    private async Task ReadErrorsAsync()
    {
        while (await _process.StandardError.ReadLineAsync(CancellationToken.None) is { } line)
        {
            lock (_errors)
            {
                _errors.Enqueue(line);
                if (_errors.Count > ErrorLinesKept)
                    _errors.Dequeue();
            }
        }
    }
}
