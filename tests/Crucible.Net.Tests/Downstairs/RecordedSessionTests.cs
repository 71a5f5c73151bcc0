using System.Text.Json;
using Crucible.Net.Replay;
using Crucible.Wire.Vectors;

namespace Crucible.Net.Tests.Downstairs;

/// <summary>Conversations recorded with a reference disk server, held again with ours.</summary>
public sealed class RecordedSessionTests
{
    private static readonly IReadOnlyList<RecordedSession> Sessions = Load();

    public static TheoryData<string> Names => new(Sessions.Select(session => session.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Recorded_session_is_answered_as_it_was_recorded(string name) =>
        Assert.Equal("", await HoldAsync(Sessions, name));

    [Fact]
    public void Recorded_sessions_are_there() => Assert.Equal(23, Sessions.Count);

    [Fact]
    public async Task Changed_answer_is_a_difference_that_names_the_step()
    {
        var (sessions, at) = Changed("activate_write_read_flush", steps =>
        {
            // The last answer that has a byte to change after its ids.
            var at = steps.FindLastIndex(step => step is { IsServers: true, Frame.Length: > 64 });
            var frame = steps[at].Frame!.ToArray();
            frame[^1] ^= 1;
            steps[at] = steps[at] with { Frame = frame };
            return at;
        });

        Assert.StartsWith(
            $"activate_write_read_flush, step {at}: expected ", await HoldAsync(sessions, "activate_write_read_flush"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answer_that_was_not_recorded_is_a_difference()
    {
        var (sessions, at) = Changed("version_alternate_accepted", steps =>
        {
            steps.RemoveAll(step => step.IsServers);
            return steps.Count - 1;
        });

        Assert.StartsWith(
            $"version_alternate_accepted, step {at}: expected nothing more, got ",
            await HoldAsync(sessions, "version_alternate_accepted"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Session_that_continues_one_that_is_not_there_is_a_difference()
    {
        var session = Sessions.Single(s => s.Name == "reconnect_replay");

        Assert.Contains("is not there", await HoldAsync([session], session.Name), StringComparison.Ordinal);
    }

    private static async Task<string> HoldAsync(IReadOnlyList<RecordedSession> sessions, string name)
    {
        using var directory = new TemporaryDirectory();
        var replay = new SessionReplay(sessions, TimeProvider.System);
        return await replay.HoldAsync(sessions.Single(s => s.Name == name), directory.Path, CancellationToken.None);
    }

    private static (IReadOnlyList<RecordedSession> Sessions, int At) Changed(
        string name, Func<List<RecordedStep>, int> change)
    {
        var session = Sessions.Single(s => s.Name == name);
        var steps = session.Steps.ToList();
        var at = change(steps);
        return ([session with { Steps = steps }], at);
    }

    private static IReadOnlyList<RecordedSession> Load()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "vectors", "crucible-wire.json");
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return RecordedSession.Read(document);
    }
}
