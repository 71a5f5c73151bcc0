using Akka.Deterministic;
using Crucible.Simulation;
using Crucible.Simulation.World;
using PropolisActors.SystemSimulation.Checks;

namespace PropolisActors.SystemSimulation.World;

/// <summary>
/// The whole system in one thread and virtual time: disk servers, network, disks, services with their actors and HTTP handlers,
/// machines and guests. The seed decides everything.
/// </summary>
internal sealed class SystemWorld
{
    private const string SystemName = "world";
    private readonly Dictionary<Guid, SimulatedDisk> _disks = [];
    private readonly MemoryJournal _journal;
    private readonly List<Service> _services = [];
    private int _links;

    public SystemWorld(ulong seed, WorldOptions options, MarkCounts? marks = null)
    {
        Options = options;
        Random = new SeededRandom(seed);
        var loop = new DeterministicDispatcher(new SeededChoices(Random.Next()))
        {
            Trace = new RunTrace { IsOff = !options.KeepTrace },
            StepsMax = int.MaxValue,
        };
        System = new DeterministicSystem(SystemName, loop, null);
        Clock = new VirtualClock(Random.Fork(), System.Time);
        _ = new StorageTime(System, Clock);
        Trace = new Trace(Clock, options.KeepTrace);
        Setting = new Setting(Clock, Trace, ClimateOf(options), marks ?? new MarkCounts()) { MayFail = false };
        Network = new Network(Setting, Random.Fork());
        _journal = new MemoryJournal(this, options.JournalDelay, options.ThroughCodec) { Stored = OnStored };
        Lives = new LifeCheck(Trace);
        Replacements = new ReplacementCheck();
        Defects.Listen(System.System);
        Service = StartService();
        // It reads its empty journal.
        System.RunUntilIdle();
    }

    public WorldOptions Options { get; }

    public SeededRandom Random { get; }

    public DeterministicSystem System { get; }

    public VirtualClock Clock { get; }

    public Trace Trace { get; }

    public Setting Setting { get; }

    public Network Network { get; }

    public LifeCheck Lives { get; }

    public DefectCheck Defects { get; } = new();

    public ReplacementCheck Replacements { get; }

    /// <summary>The newest one.</summary>
    public Service Service { get; private set; }

    /// <summary>All there were, oldest first.</summary>
    public IReadOnlyList<Service> Services => _services;

    public DateTimeOffset ServiceStarted { get; private set; }

    public IReadOnlyCollection<SimulatedDisk> Disks => _disks.Values;

    public DateTimeOffset Now => System.Time.GetUtcNow();

    public SimulatedDisk AddDisk(DiskPlan plan)
    {
        var disk = new SimulatedDisk(plan, Network, Setting, Random.Fork());
        _disks.Add(disk.Id, disk);
        return disk;
    }

    public SimulatedDisk DiskOf(Guid id) => _disks[id];

    /// <summary>Starts the service, again after a crash.</summary>
    public Service StartService()
    {
        ServiceStarted = Now;
        _services.Add(new Service(this, _services.Count + 1, _journal));
        return Service = _services[^1];
    }

    /// <summary>Counts the links of migrations.</summary>
    public int NextLink() => ++_links;

    /// <summary>Does something at this moment, in no fixed order with all else of it.</summary>
    public void Soon(string name, Action action) => System.RunConcurrently(name, action);

    public void RunFor(TimeSpan time)
    {
        System.RunFor(time);
        Defects.ThrowIfAny();
    }

    /// <summary>Runs until the condition holds. False when it does not within that time.</summary>
    public bool RunUntil(Func<bool> condition, TimeSpan limit)
    {
        var holds = System.RunUntil(condition, limit);
        Defects.ThrowIfAny();
        return holds;
    }

    /// <summary>What happened, and a hash of every step of the actors.</summary>
    public string TraceText() => $"{Trace}actors {System.TraceHash}\n";

    private static Climate ClimateOf(WorldOptions options) => new(
        Load.Normal, Duration: TimeSpan.Zero, options.NetworkDelay, options.StorageDelay, ThinkTime: TimeSpan.Zero,
        FlushShare: 0, ReadShare: 0, ServerFault: null, MachineFault: null, ConnectionCut: null, Silence: null,
        StorageFault: null, DiskLoss: null, UpstairsFault: null, Replacement: null, LateDelivery: 0.3,
        ThroughCodec: options.ThroughCodec);

    private void OnStored(string persistenceId, Journal.JournalEvent @event)
    {
        Lives.Stored(persistenceId, @event);
        Replacements.Stored(persistenceId, @event);
    }
}
