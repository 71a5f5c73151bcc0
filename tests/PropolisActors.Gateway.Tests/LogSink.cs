using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace PropolisActors.Gateway.Tests;

/// <summary>Keeps every line that is logged.</summary>
internal sealed class LogSink : ILoggerProvider, ILogger
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _awaited = new();

    public ConcurrentQueue<string> Lines { get; } = new();

    public Task LineAsync(string text) => _awaited.GetOrAdd(
        text, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var line = $"{formatter(state, exception)} {exception}";
        Lines.Enqueue(line);
        foreach (var (text, seen) in _awaited)
        {
            if (line.Contains(text, StringComparison.Ordinal))
                seen.TrySetResult();
        }
    }

    public void Dispose()
    {
    }
}
