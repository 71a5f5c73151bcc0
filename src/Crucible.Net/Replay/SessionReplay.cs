using System.Net;
using System.Net.Sockets;
using Crucible.Net.Regions;
using Crucible.Wire;
using Crucible.Wire.Vectors;

namespace Crucible.Net.Replay;

/// <summary>
/// Holds recorded sessions again with our own disk server: sends what the upstairs sent and compares what the server
/// answers, byte for byte where the recording fixes bytes. The servers are real ones on loopback.
/// </summary>
/// <param name="sessions">The sessions of one file; a session may continue any other.</param>
/// <param name="time">Measures the patience, and is the servers' clock.</param>
public sealed class SessionReplay(IReadOnlyList<RecordedSession> sessions, TimeProvider time)
{
    /// <summary>How long a session, with those before it, may take before an answer is called missing.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private const string SecondServer = "b";

    // The recorder ran these on the storage that the first four had left, though their setup says otherwise.
    private static readonly string[] OnUsedStorage = ["hello_while_running", "context_count_wrong", "takeover"];

    /// <summary>Holds one session, after those it continues, on new regions.</summary>
    /// <param name="session">One of the sessions given.</param>
    /// <param name="directory">An empty directory for the regions.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>The first difference, or an empty text.</returns>
    public async Task<string> HoldAsync(RecordedSession session, string directory, CancellationToken ct)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        var said = new Transcript();
        try
        {
            await HoldChainAsync(session, directory, said, both.Token).ConfigureAwait(false);
            return "";
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            return $"{said.Where}: nothing came within {Patience.TotalSeconds:0} s";
        }
        catch (Exception e) when (e is ReplayDifferenceException or IOException or SocketException
            or InvalidDataException or RegionException)
        {
            return $"{said.Where}: {e.Message}";
        }
    }

    private async Task HoldChainAsync(
        RecordedSession session, string directory, Transcript said, CancellationToken ct)
    {
        var chain = ChainTo(session);
        var servers = new Dictionary<string, ReplayServer>(StringComparer.Ordinal);
        try
        {
            foreach (var one in chain)
            {
                said.Begin(one);
                if (one.Region is { } region && servers.Count == 0)
                    servers[""] = await CreateAsync(directory, "first", region, ct).ConfigureAwait(false);
                if (one.SecondRegion is { } second)
                    servers[SecondServer] = await CreateAsync(directory, "second", second, ct).ConfigureAwait(false);
                foreach (var server in servers.Values.Where(_ => one.IsReadOnly))
                    await server.RestartAsync(readOnly: true, ct).ConfigureAwait(false);
                if (RecordedPrelude.For(one) is { } prelude)
                    await prelude.WriteAsync(servers[""].Address, ct).ConfigureAwait(false);
                await HoldStepsAsync(one, servers, said, ct).ConfigureAwait(false);
            }
        }
        finally
        {
            foreach (var server in servers.Values)
                await server.DisposeAsync().ConfigureAwait(false);
        }
    }

    private Task<ReplayServer> CreateAsync(
        string directory, string name, RegionDefinition definition, CancellationToken ct) =>
        ReplayServer.CreateAsync(Path.Combine(directory, name), definition, time, ct);

    private static async Task HoldStepsAsync(
        RecordedSession session, Dictionary<string, ReplayServer> servers, Transcript said, CancellationToken ct)
    {
        var connections = new Dictionary<string, ReplayConnection>(StringComparer.Ordinal);
        var addresses = new Dictionary<IPEndPoint, IPEndPoint>();
        try
        {
            foreach (var step in session.Steps)
            {
                if (!connections.TryGetValue(step.Connection, out var connection))
                {
                    if (!servers.TryGetValue(step.Connection, out var server))
                        server = servers.GetValueOrDefault("") ?? throw new ReplayDifferenceException("has no region");
                    connection = await ReplayConnection.OpenAsync(server.Address, ct).ConfigureAwait(false);
                    connections.Add(step.Connection, connection);
                }

                if (step.IsServers)
                    await ExpectAsync(connection, step.Frame, addresses, ct).ConfigureAwait(false);
                else if (step.Frame is { } frame)
                    await connection.SendAsync(RecordedFrame.ToSend(frame, addresses), ct).ConfigureAwait(false);
                else
                    await ExpectNothingMoreAsync(connection, ct).ConfigureAwait(false);
                said.Next();
            }

            foreach (var connection in connections.Values)
                await ExpectNothingMoreAsync(connection, ct).ConfigureAwait(false);
        }
        finally
        {
            foreach (var connection in connections.Values)
                connection.Dispose();
        }
    }

    private static async Task ExpectAsync(
        ReplayConnection connection,
        byte[]? recorded,
        Dictionary<IPEndPoint, IPEndPoint> addresses,
        CancellationToken ct)
    {
        var actual = await connection.ReceiveAsync(ct).ConfigureAwait(false);
        if (recorded is null && actual is null)
            return;
        if (recorded is null || actual is null || !RecordedFrame.IsSame(recorded, actual))
            throw new ReplayDifferenceException($"expected {Named(recorded)}, got {Named(actual)}");
        if (RecordedFrame.RepairAddress(recorded) is { } was && RecordedFrame.RepairAddress(actual) is { } now)
            addresses[was] = now;
    }

    /// <summary>
    /// An answer nobody recorded is as wrong as a missing one. A ping is answered in every state and in its turn, so
    /// whatever else was to come has come before it. Then the upstairs closes, and waits until the server has too.
    /// </summary>
    private static async Task ExpectNothingMoreAsync(ReplayConnection connection, CancellationToken ct)
    {
        try
        {
            await connection.SendAsync(new Message.Ruok(), ct).ConfigureAwait(false);
            var answer = await connection.ReceiveAsync(ct).ConfigureAwait(false);
            if (answer is not null && RecordedFrame.Decode(answer) is not Message.Imok)
                throw new ReplayDifferenceException($"expected nothing more, got {Named(answer)}");
            connection.FinishSending();
            _ = await connection.ReceiveAsync(ct).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            // Closed by the server already, or reset because it had not read everything: either way it said no more.
        }
    }

    private static string Named(byte[]? frame) => frame is null ? "the end" : Convert.ToHexStringLower(frame);

    private List<RecordedSession> ChainTo(RecordedSession session)
    {
        var chain = new List<RecordedSession>();
        for (var next = session; next is not null;)
        {
            if (chain.Contains(next))
                throw new ReplayDifferenceException("continues itself");
            chain.Insert(0, next);
            var before = OnUsedStorage.Contains(next.Name, StringComparer.Ordinal)
                ? "out_of_order_jobs"
                : next.Continues;
            next = before is null ? null : sessions.FirstOrDefault(s => s.Name == before)
                ?? throw new ReplayDifferenceException($"continues {before}, which is not there");
        }

        return chain;
    }

    /// <summary>Where the replay has got to, for messages.</summary>
    private sealed class Transcript
    {
        private string _session = "setup";
        private int _step;

        public string Where => $"{_session}, step {_step}";

        public void Begin(RecordedSession session) => (_session, _step) = (session.Name, 0);

        public void Next() => _step++;
    }
}
