using System.Diagnostics;
using System.Globalization;
using PropolisActors.Cli.Client;
using Spectre.Console;

namespace PropolisActors.Cli.Demo;

/// <summary>What the demo's reader sees. Live on a terminal, plain lines elsewhere.</summary>
internal sealed class DemoScreen
{
    /// <summary>How long anything in the story may take.</summary>
    public static readonly TimeSpan WaitLimit = TimeSpan.FromSeconds(30);

    private const string Indent = "    ";

    /// <summary>A request is shown nearly whole, for it is what a user has to write.</summary>
    private const int RequestCharactersMax = 1200;

    private const int AnswerCharactersMax = 200;

    private readonly IAnsiConsole _console;
    private readonly List<(string Title, TimeSpan Took)> _steps = [];
    private readonly bool _isLive;

    public DemoScreen()
    {
        var isTerminal = !Console.IsOutputRedirected;
        _console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            Out = new AnsiConsoleOutput(Console.Out),
        });
        _isLive = isTerminal && _console.Profile.Capabilities.Ansi;
        // A file has no width; its lines stay whole.
        if (!isTerminal)
            _console.Profile.Width = 10_000;
    }

    /// <summary>The step under way, with its number.</summary>
    public string Step { get; private set; } = "the beginning";

    public void Title(string text) => _console.MarkupLineInterpolated($"[bold]{text}[/]");

    /// <summary>Runs one step of the story and keeps its time.</summary>
    public async Task StepAsync(string title, Func<Task> tell)
    {
        Step = $"step {_steps.Count + 1} ({title})";
        _console.WriteLine();
        _console.MarkupLineInterpolated($"[bold]{_steps.Count + 1,2}  {title}[/]");
        var begun = Stopwatch.GetTimestamp();
        await tell();
        _steps.Add((title, Stopwatch.GetElapsedTime(begun)));
    }

    public void Say(string text) => _console.MarkupLineInterpolated($"{Indent}{text}");

    public void Say(IEnumerable<string> lines)
    {
        foreach (var line in lines)
            Say(line);
    }

    /// <summary>A command line as the user would type it.</summary>
    public void Show(IReadOnlyList<string> words) =>
        _console.MarkupLineInterpolated($"{Indent}[blue]$ propolis {string.Join(' ', words)}[/]");

    public void Show(ApiRequest request)
    {
        _console.MarkupLineInterpolated($"{Indent}[blue]{request.Method} {request.Path}[/]");
        if (request.Body is { } body)
            _console.MarkupLineInterpolated($"{Indent}[grey]{ShortJson.Of(body, RequestCharactersMax)}[/]");
    }

    public void Show(ApiAnswer answer) =>
        _console.MarkupLineInterpolated(
            $"{Indent}[green]{(int)answer.Status}[/] {ShortJson.Of(answer.Body, AnswerCharactersMax)}");

    /// <summary>Waits for something with a limit and shows what is waited for.</summary>
    /// <param name="what">What is waited for, as in "waiting for ...".</param>
    /// <param name="wait">Given a way to tell what it sees meanwhile.</param>
    /// <exception cref="DemoFailedException">It took too long; says what was seen last.</exception>
    public async Task<T> WaitAsync<T>(
        string what, Func<Action<string>, CancellationToken, Task<T>> wait, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(WaitLimit);
        var seen = "nothing";
        try
        {
            if (_isLive)
            {
                return await _console.Status().StartAsync(Markup.Escape($"waiting for {what}"), status => wait(now =>
                {
                    seen = now;
                    status.Status(Markup.Escape($"waiting for {what}: {now}"));
                }, limit.Token));
            }

            Say($"waiting for {what}");
            return await wait(now => seen = now, limit.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new DemoFailedException($"waited {WaitLimit.TotalSeconds:0} s for {what}, and saw: {seen}");
        }
    }

    /// <summary>The times, and that all went well.</summary>
    public void Summary()
    {
        _console.WriteLine();
        foreach (var (title, took) in _steps)
            _console.MarkupLineInterpolated($"{Seconds(took)}  {title}");
        var all = _steps.Aggregate(TimeSpan.Zero, (sum, step) => sum + step.Took);
        _console.MarkupLineInterpolated($"[bold]{Seconds(all)}  in all[/]");
        _console.MarkupLine("[bold green]OK[/]");
    }

    private static string Seconds(TimeSpan took) =>
        string.Create(CultureInfo.InvariantCulture, $"{took.TotalSeconds,8:0.00} s");
}
