using System.Diagnostics;

namespace Crucible.Simulation.World;

// What breaks around one volume, and how long it stays broken.
internal sealed partial class Volume
{
    private DiskServer Met(int which) => which < _targets.Length
        ? _targets[which]
        : _servers[(which - _targets.Length) * 7 % _servers.Count];

    /// <summary>Power comes back later, and the servers with it.</summary>
    public void CutPower(Func<DiskServer, bool> where, TimeSpan lasts)
    {
        foreach (var server in _servers.Where(where))
        {
            server.LosePower();
            _setting.Clock.After(lasts, server.Start);
        }
    }

    public void EndFaults()
    {
        foreach (var server in _servers)
        {
            server.StopFailing();
            server.Start();
        }
    }

    private void Harm(Happening asked)
    {
        var server = Met(asked.A);
        switch (asked.Deed)
        {
            case Deed.KillServer:
                server.Kill();
                _setting.Clock.After(asked.Lasts, server.Start);
                break;
            case Deed.CutPower:
                CutPower(s => s == server, asked.Lasts);
                break;
            case Deed.FailWork:
                server.FailWork(Math.Max(1, asked.B), mayPass: asked.B > 0);
                break;
            case Deed.FailSync:
                server.FailSync(Math.Max(1, asked.B), mayPass: asked.B > 0);
                break;
            case Deed.BeSlow:
                _setting.Count(Mark.ServerSlow);
                server.BeSlow(20);
                _setting.Clock.After(asked.Lasts, () => server.BeSlow(1));
                break;
            case Deed.SilencePath:
                Silence(_upstairs[asked.B % _upstairs.Count].Host.Number, server, asked.Lasts);
                break;
            case Deed.SilenceServer:
                Silence(Network.Everybody, server, asked.Lasts);
                break;
            default:
                throw new UnreachableException($"{asked}");
        }
    }

    /// <summary>
    /// Two went on without the third, and nothing may have been written since. What they left behind can do harm only
    /// in an activation with one of them, which the schedule would rarely bring about; so it is at times.
    /// </summary>
    private void LoseOneOf(DiskServer[] two)
    {
        if (!_setting.MayFail || !_random.Chance(0.3))
            return;
        var (host, lost) = (Newest.Host, two[_random.Below(two.Length)]);
        _setting.Clock.After(_random.Between(TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(1)), () =>
        {
            if (!_setting.MayFail || Newest.Host != host || !host.Alive)
                return;
            _setting.Count(Mark.LostOneOfTwo);
            lost.Kill();
            _setting.Clock.After(TimeSpan.FromSeconds(20), lost.Start);
            CrashUpstairs(sameGeneration: false);
        });
    }

    private void Silence(int upstairs, DiskServer server, TimeSpan lasts)
    {
        _network.Silence(upstairs, server.Address);
        _setting.Clock.After(lasts, () => _network.EndSilence(upstairs, server.Address));
    }
}
