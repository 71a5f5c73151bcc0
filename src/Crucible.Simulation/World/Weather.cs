namespace Crucible.Simulation.World;

/// <summary>The faults of one run, at times drawn from the seed.</summary>
internal sealed class Weather(
    IReadOnlyList<DiskServer> servers, Network network, ControlPlane control, VirtualClock clock, SeededRandom random,
    Climate climate)
{
    private bool _over;

    public void Start()
    {
        Repeat(climate.ServerCrash, CrashServers);
        Repeat(climate.ConnectionCut, () => network.CutSome());
        Repeat(climate.Silence, BeSilent);
        Repeat(climate.StorageFault, () =>
        {
            var mayPass = random.Chance(0.85);
            random.Pick(servers).FailWork(mayPass ? 1 + random.Below(8) : 1, mayPass);
        });
        if (climate.DiskLoss)
            clock.After(random.Between(TimeSpan.Zero, climate.Duration), LoseDisk);
    }

    /// <summary>Whatever can be repaired is.</summary>
    public void Stop()
    {
        _over = true;
        network.MayFail = false;
        network.EndAllSilence();
        foreach (var server in servers)
        {
            server.StopFailing();
            server.Start();
        }
    }

    private void CrashServers()
    {
        var all = random.Chance(0.1);
        foreach (var server in all ? servers : [random.Pick(servers)])
        {
            server.Crash();
            clock.After(random.Between(TimeSpan.FromSeconds(0.1), TimeSpan.FromSeconds(20)), server.Start);
        }

        // Power is out everywhere: nobody is left to send again what was lost.
        if (all && random.Chance(0.5))
            control.CrashUpstairs();
    }

    private void BeSilent()
    {
        var host = random.Pick(control.Upstairs).Host.Number;
        var server = random.Pick(servers).Address;
        network.Silence(host, server);
        clock.After(
            random.Between(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(90)), () => network.EndSilence(host, server));
    }

    /// <summary>Once a run: what S1 promises is to survive the loss of one server.</summary>
    private void LoseDisk()
    {
        if (_over)
            return;
        var server = random.Pick(control.Targets);
        server.LoseDisk();
        clock.After(random.Between(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60)), () => control.Replace(server));
    }

    private void Repeat(TimeSpan? mean, Action action)
    {
        if (mean is not { } pause)
            return;
        clock.After(random.Between(pause / 5, pause * 1.8), () =>
        {
            if (_over)
                return;
            action();
            Repeat(mean, action);
        });
    }
}
