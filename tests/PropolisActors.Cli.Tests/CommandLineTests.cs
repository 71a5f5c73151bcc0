using PropolisActors.Cli.Processes;

namespace PropolisActors.Cli.Tests;

/// <summary>How the executable answers words it cannot use.</summary>
public sealed class CommandLineTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static TheoryData<string> WrongUsage =>
    [
        "",
        "fly",
        "get --bogus",
        "get --server nowhere:x",
        "get --server ftp://127.0.0.1:1",
        "state",
        "state fly",
        "status",
        "vcr disk",
        "new",
        "serial --byte-offset x",
        "serve --listen 127.0.0.1",
        "serve --tls-cert",
        "serve --machine abacus",
        "downstairs",
        "downstairs run",
        "downstairs run --data d --address nowhere",
        "downstairs create --data d --uuid x",
        "wire check",
        "demo now",
        "simulate --seeds 0",
        "simulate --seed x",
        "simulate --minutes 0",
    ];

    [Theory]
    [MemberData(nameof(WrongUsage))]
    public async Task Wrong_usage_ends_with_2_and_one_line_that_points_to_the_help(string line)
    {
        var process = await RunAsync(line);

        Assert.Equal(ExitCodes.WrongUsage, process.ExitCode);
        Assert.Empty(process.Output);
        var said = Assert.Single(process.Error.TrimEnd('\n').Split('\n'));
        Assert.StartsWith("propolis: ", said, StringComparison.Ordinal);
        Assert.EndsWith("--help'.", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("state --help")]
    [InlineData("downstairs create --help")]
    public async Task Help_ends_with_0_on_standard_output(string line)
    {
        var process = await RunAsync(line);

        Assert.Equal(ExitCodes.Done, process.ExitCode);
        Assert.Contains("Usage:", process.Output, StringComparison.Ordinal);
        Assert.Empty(process.Error);
    }

    [Fact]
    public async Task A_service_that_is_not_there_ends_with_1_and_one_line_that_says_what_to_do()
    {
        // Port 1 is one that nobody without privileges can listen on.
        var process = await RunAsync("get --server 127.0.0.1:1");

        Assert.Equal(ExitCodes.Refused, process.ExitCode);
        var said = Assert.Single(process.Error.TrimEnd('\n').Split('\n'));
        Assert.Contains("127.0.0.1:1", said, StringComparison.Ordinal);
        Assert.Contains("propolis serve", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("serve --listen 0.0.0.0:0", "--tls-cert")]
    [InlineData("serve --listen [::]:0", "--insecure")]
    [InlineData("serve --listen 127.0.0.1:0 --tls-cert cert.pem", "--tls-key")]
    public async Task A_service_is_not_opened_to_everybody_by_accident(string line, string advice)
    {
        var process = await RunAsync(line);

        Assert.Equal(ExitCodes.WrongUsage, process.ExitCode);
        Assert.Empty(process.Output);
        Assert.Contains(advice, Assert.Single(process.Error.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_ends_with_1_and_one_line_that_names_it()
    {
        var process = await RunAsync("vcr disk --file /nowhere/vcr.json");

        Assert.Equal(ExitCodes.Refused, process.ExitCode);
        var said = Assert.Single(process.Error.TrimEnd('\n').Split('\n'));
        Assert.Contains("/nowhere/vcr.json", said, StringComparison.Ordinal);
    }

    private static Task<FinishedProcess> RunAsync(string line) => PropolisExecutable.RunAsync(
        line.Split(' ', StringSplitOptions.RemoveEmptyEntries), Limit, CancellationToken.None);
}
