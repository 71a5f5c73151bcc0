using System.CommandLine;
using System.Runtime.InteropServices;
using PropolisActors.Cli;
using PropolisActors.Cli.Commands;

// The executable: reads the command line, runs one command, and turns its end into an exit code. Wrong usage is
// answered with one line and exit code 2; a refused request with one line and exit code 1.

var root = new RootCommand("PropolisActors: virtual machines on replicated network volumes.")
{
    ServeCommand.Create(),
    DownstairsCommand.Create(),
    DemoCommand.Create(),
    NewCommand.Create(),
    GetCommand.Create(),
    VmsCommand.Create(),
    StateCommand.Create(),
    DeleteCommand.Create(),
    MonitorCommand.Create(),
    SerialCommand.Create(),
    MigrateCommand.Create(),
    VcrCommand.Create(),
    StatusCommand.Create(),
    SnapshotCommand.Create(),
    NmiCommand.Create(),
    WireCommand.Create(),
    NbdCommand.Create(),
    SimulateCommand.Create(),
};

var parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    Console.Error.WriteLine($"propolis: {OneLine(parsed.Errors[0].Message)} Try 'propolis {HelpPath(parsed)}--help'.");
    return ExitCodes.WrongUsage;
}

// The first signal asks the command to end; a second one ends the process as if there were no handler. The library's own
// handling is off: a signal that comes while a command is still starting would end it with 130.
using var stopping = new CancellationTokenSource();
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

try
{
    return await parsed.InvokeAsync(
        new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null },
        stopping.Token);
}
catch (OperationCanceledException) when (stopping.IsCancellationRequested)
{
    Console.Error.WriteLine("propolis: interrupted.");
    return ExitCodes.Refused;
}
catch (CommandFailedException e)
{
    Console.Error.WriteLine($"propolis: {e.Message}");
    return e.ExitCode;
}

void Stop(PosixSignalContext signal)
{
    signal.Cancel = !stopping.IsCancellationRequested;
    stopping.Cancel();
}

// The parser lists what it would have taken on lines of their own.
static string OneLine(string message) =>
    string.Join(' ', message.Split((char[])['\n', '\r', '\t'], StringSplitOptions.RemoveEmptyEntries));

static string HelpPath(ParseResult parsed)
{
    var words = new Stack<string>();
    for (var result = parsed.CommandResult; result.Parent is System.CommandLine.Parsing.CommandResult parent; result = parent)
        words.Push(result.Command.Name);
    return string.Concat(words.Select(word => word + " "));
}
