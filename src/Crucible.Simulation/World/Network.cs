using System.Net;

namespace Crucible.Simulation.World;

/// <summary>
/// The network: who can reach whom, how long it takes, and what breaks. A path leads from one upstairs to one server;
/// a silent path takes everything and delivers nothing.
/// </summary>
internal sealed class Network(VirtualClock clock, Trace trace, SeededRandom random, Climate climate)
{
    private readonly Dictionary<IPEndPoint, DiskServer> _servers = [];
    private readonly List<Connection> _connections = [];
    private readonly HashSet<(int Upstairs, IPEndPoint Server)> _silent = [];
    private int _next;

    /// <summary>Off when faults have stopped.</summary>
    public bool MayFail { get; set; } = true;

    public double LateDelivery => climate.LateDelivery;

    public SeededRandom Random => random;

    public void Add(DiskServer server) => _servers.Add(server.Address, server);

    public bool IsSilent(int upstairs, IPEndPoint server) => _silent.Contains((upstairs, server));

    /// <summary>
    /// Tries to connect. Neither callback is called when the path is silent or the attempt was given up.
    /// </summary>
    public void Dial(
        UpstairsHost from, IPEndPoint to, Func<bool> isWanted, Action<Connection> opened, Action<string> failed) =>
        clock.After(Delay(), () =>
        {
            if (IsSilent(from.Number, to))
                return;
            var server = _servers[to];
            var refused = !server.Running || (MayFail && random.Chance(0.02));
            Connection? connection = null;
            if (!refused)
            {
                connection = new Connection(++_next, from, server, this, clock, trace);
                _connections.Add(connection);
                server.Accept(connection);
            }

            clock.After(Delay(), () =>
            {
                if (!isWanted())
                    connection?.CloseFrom(connection.Client);
                else if (connection is null || connection.Client.Closed)
                    failed(connection is null ? "refused" : "reset");
                else
                    opened(connection);
            });
        });

    public TimeSpan Delay()
    {
        var mean = climate.NetworkDelay;
        // Now and then something takes much longer, so that what was sent later on another connection comes first.
        return random.Chance(0.03) ? random.Between(mean, mean * 10) : random.Between(mean / 10, mean);
    }

    public void Silence(int upstairs, IPEndPoint server)
    {
        if (!_silent.Add((upstairs, server)))
            return;
        trace.Add($"net: nothing passes between upstairs {upstairs} and {server.Port}");
        foreach (var connection in Between(upstairs, server))
            connection.Silenced(forGood: random.Chance(0.5));
    }

    public void EndSilence(int upstairs, IPEndPoint server)
    {
        if (!_silent.Remove((upstairs, server)))
            return;
        trace.Add($"net: upstairs {upstairs} and {server.Port} can talk again");
        foreach (var connection in Between(upstairs, server))
            connection.SilenceOver();
    }

    public void EndAllSilence()
    {
        foreach (var (upstairs, server) in _silent.OrderBy(p => p.Upstairs).ThenBy(p => p.Server.Port).ToArray())
            EndSilence(upstairs, server);
    }

    /// <summary>Cuts one connection, if there is one.</summary>
    public bool CutSome()
    {
        _connections.RemoveAll(c => c.IsOver);
        if (_connections.Count == 0)
            return false;
        random.Pick(_connections).Cut();
        return true;
    }

    private Connection[] Between(int upstairs, IPEndPoint server)
    {
        _connections.RemoveAll(c => c.IsOver);
        return [.. _connections.Where(c => c.Upstairs.Number == upstairs && c.Server.Address.Equals(server))];
    }
}
