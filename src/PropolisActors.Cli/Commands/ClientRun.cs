using System.CommandLine;
using PropolisActors.Cli.Client;

namespace PropolisActors.Cli.Commands;

/// <summary>Runs what a client command does and turns every way it can fail into one line and an exit code.</summary>
internal static class ClientRun
{
    /// <summary>Sends one request and prints its answer.</summary>
    /// <param name="request">What to ask.</param>
    /// <param name="text">The lines for people; with <c>--json</c> the answer is printed as it is.</param>
    public static Task<int> SendAsync(
        ClientOptions options, ParseResult parsed, ApiRequest request,
        Func<ApiAnswer, IEnumerable<string>> text, CancellationToken ct) =>
        RunAsync(options, parsed, async api =>
        {
            var answer = await api.SendAsync(request, ct);
            if (!options.IsJson(parsed))
                Print(text(answer));
            else if (answer.Body.Length > 0)
                Console.WriteLine(answer.Body);
            return ExitCodes.Done;
        }, ct);

    public static async Task<int> RunAsync(
        ClientOptions options, ParseResult parsed, Func<ApiClient, Task<int>> run, CancellationToken ct)
    {
        using var api = new ApiClient(options.Target(parsed));
        try
        {
            return await run(api);
        }
        catch (ApiRefusedException e)
        {
            if (options.IsJson(parsed) && e.Body.Length > 0)
                Console.WriteLine(e.Body);
            throw new CommandFailedException($"{e.Message.TrimEnd('.')}. {RefusalAdvice.For(e)}");
        }
        catch (ApiUnreachableException e)
        {
            throw new CommandFailedException(
                $"{e.Message} Is the service running there ('propolis serve')? Name another with --server.");
        }
        catch (AnswerFormatException e)
        {
            throw new CommandFailedException($"{e.Message} Is {api.Target.Server.Authority} this service?");
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            throw new CommandFailedException("interrupted.");
        }
    }

    /// <summary>The whole text of a file named on the command line.</summary>
    /// <exception cref="CommandFailedException">It cannot be read.</exception>
    public static string ReadFile(FileInfo file)
    {
        try
        {
            return File.ReadAllText(file.FullName);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException($"cannot read {file}: {e.Message}");
        }
    }

    public static void Print(IEnumerable<string> lines)
    {
        foreach (var line in lines)
            Console.WriteLine(line);
    }
}
