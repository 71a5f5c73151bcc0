using System.Net;

namespace Crucible.Simulation.World;

/// <summary>
/// The network: who can reach whom, how long it takes, and what breaks. A path leads from one upstairs to one server;
/// a silent path takes everything and delivers nothing. A server can be silent towards everybody.
/// </summary>
internal sealed class Network(Setting setting, SeededRandom random)
{
    /// <summary>Stands for every upstairs and every other server.</summary>
    public const int Everybody = 0;

    private readonly Dictionary<IPEndPoint, DiskServer> _servers = [];
    private readonly List<Connection> _connections = [];
    private readonly HashSet<(int Upstairs, IPEndPoint Server)> _silent = [];
    private int _next;

    public SeededRandom Random => random;

    /// <summary>A server listens at its address from now on, in the place of any other.</summary>
    public void Add(DiskServer server) => _servers[server.Address] = server;

    /// <summary>Where another disk server fetches extents.</summary>
    public DiskServer? WithRepairAddress(IPEndPoint address) =>
        _servers.GetValueOrDefault(new IPEndPoint(address.Address, address.Port - DiskServer.RepairPortOffset));

    public bool IsSilent(int upstairs, IPEndPoint server) =>
        _silent.Contains((Everybody, server)) || _silent.Contains((upstairs, server));

    /// <summary>
    /// Tries to connect. Neither callback is called when the path is silent or the attempt was given up.
    /// </summary>
    public void Dial(
        UpstairsHost from, IPEndPoint to, Func<bool> isWanted, Action<Connection> opened, Action<string> failed) =>
        setting.Clock.After(Delay(), () =>
        {
            if (IsSilent(from.Number, to))
                return;
            var server = _servers[to];
            var refused = !server.Running || (setting.MayFail && random.Chance(0.02));
            Connection? connection = null;
            if (!refused)
            {
                connection = new Connection(++_next, from, server, this, setting);
                _connections.Add(connection);
                server.Accept(connection);
            }

            setting.Clock.After(Delay(), () =>
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
        var mean = setting.Climate.NetworkDelay;
        // Now and then something takes much longer, so that what was sent later on another connection comes first.
        return random.Chance(0.03) ? random.Between(mean, mean * 10) : random.Between(mean / 10, mean);
    }

    public void Silence(int upstairs, IPEndPoint server)
    {
        if (!_silent.Add((upstairs, server)))
            return;
        setting.Count(Mark.PathSilent);
        setting.Trace.Add($"net: nothing passes between {Name(upstairs)} and {server.Port}");
        foreach (var connection in Between(upstairs, server))
            connection.Silenced(forGood: random.Chance(0.5));
    }

    public void EndSilence(int upstairs, IPEndPoint server)
    {
        if (!_silent.Remove((upstairs, server)))
            return;
        setting.Trace.Add($"net: {Name(upstairs)} and {server.Port} can talk again");
        foreach (var connection in Between(upstairs, server))
        {
            if (!IsSilent(connection.Upstairs.Number, server))
                connection.SilenceOver();
        }
    }

    public void EndAllSilence()
    {
        foreach (var (upstairs, server) in _silent.OrderBy(p => p.Upstairs).ThenBy(p => p.Server.Port).ToArray())
            EndSilence(upstairs, server);
        foreach (var connection in _connections.Where(c => !c.IsOver && c.IsSilent).ToArray())
            connection.Cut();
    }

    /// <summary>Cuts one connection, if there is one.</summary>
    public void CutSome(int which)
    {
        _connections.RemoveAll(c => c.IsOver);
        if (_connections.Count == 0)
            return;
        setting.Count(Mark.ConnectionCut);
        _connections[which % _connections.Count].Cut();
    }

    private static string Name(int upstairs) => upstairs == Everybody ? "everybody" : $"upstairs {upstairs}";

    private Connection[] Between(int upstairs, IPEndPoint server)
    {
        _connections.RemoveAll(c => c.IsOver);
        return [.. _connections.Where(c =>
            (upstairs == Everybody || c.Upstairs.Number == upstairs) && c.Server.Address.Equals(server))];
    }
}
