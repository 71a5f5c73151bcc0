using System.CommandLine;
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
    StateCommand.Create(),
    MonitorCommand.Create(),
    SerialCommand.Create(),
    VcrCommand.Create(),
    StatusCommand.Create(),
    WireCommand.Create(),
};

var parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    Console.Error.WriteLine($"propolis: {OneLine(parsed.Errors[0].Message)} Try 'propolis {HelpPath(parsed)}--help'.");
    return ExitCodes.WrongUsage;
}

try
{
    return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (CommandFailedException e)
{
    Console.Error.WriteLine($"propolis: {e.Message}");
    return e.ExitCode;
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
