namespace Propolis.Core.Spec;

/// <summary>One pass over a spec's components: which backend is taken, which PCI path, which single device.</summary>
/// <remarks>The checks are to be asked in the order in which they stand here; each relies on those before.</remarks>
internal sealed class SpecFit
{
    private readonly BuildFeatures _features;
    private readonly SortedDictionary<SpecKey, Component.StorageBackend> _storage = [];
    private readonly SortedSet<SpecKey> _network = [];
    private readonly SortedSet<SpecKey> _dlpi = [];
    private readonly List<KeyValuePair<SpecKey, Component>> _devices = [];
    private readonly HashSet<SpecKey> _disks = [];
    private readonly HashSet<PciPath> _paths = [];
    private readonly HashSet<SerialPortNumber> _ports = [];
    private readonly List<SpecKey> _dropped = [];
    private Component.BootSettings? _boot;
    private SpecKey _bootKey;
    private Component.VirtioSocket? _socket;
    private bool _pvpanic;

    public SpecFit(InstanceSpec spec, BuildFeatures features)
    {
        _features = features;
        foreach (var entry in spec.Components)
        {
            switch (entry.Value)
            {
                case Component.StorageBackend backend:
                    _storage.Add(entry.Key, backend);
                    break;
                case Component.VirtioNetworkBackend:
                    _network.Add(entry.Key);
                    break;
                case Component.DlpiNetworkBackend:
                    _dlpi.Add(entry.Key);
                    break;
                default:
                    _devices.Add(entry);
                    break;
            }
        }
    }

    /// <summary>Components that another of their kind displaces without complaint, as the API does.</summary>
    public IEnumerable<SpecKey> Dropped => _dropped;

    public string? RefuseDevices()
    {
        foreach (var (key, device) in _devices)
        {
            if (Refuse(key, device) is { } why)
                return why;
        }

        return null;
    }

    public string? RefuseBootOrder()
    {
        foreach (var key in _boot?.Order ?? [])
        {
            if (!_disks.Contains(key))
                return $"boot option {key} is not an attached device";
        }

        return null;
    }

    public string? RefuseUnusedBackends()
    {
        foreach (var unused in _storage.Keys.Concat(_network).Concat(_dlpi))
            return $"backend {unused} not used by any device";
        return null;
    }

    public string? RefuseSocket() => _socket is { } socket ? RefusePath(socket.PciPath) : null;

    private string? Refuse(SpecKey key, Component device) => device switch
    {
        Component.Disk disk => RefuseDisk(key, disk),
        Component.VirtioNic nic => RefuseNetwork(_network, key, nic.BackendId) ?? RefusePath(nic.PciPath),
        Component.PciPciBridge bridge => RefusePath(bridge.PciPath),
        Component.SerialPort port => _ports.Add(port.Number) ? null : $"serial port {port.Number} is already specified",
        Component.QemuPvpanic => RefusePvpanic(),
        Component.BootSettings boot => TakeBootSettings(key, boot),
        Component.VirtioSocket socket => TakeSocket(key, socket),
        Component.MigrationFailureInjector => _features.FailureInjection ? null : CompiledOut(key, "failure-injection"),
        _ when !_features.Falcon => CompiledOut(key, "falcon"),
        Component.SoftNpuPort port => RefuseNetwork(_dlpi, key, port.BackendId),
        _ => null,
    };

    private string? RefuseDisk(SpecKey key, Component.Disk disk)
    {
        // Taking the backend out is what makes a second disk on it fail.
        if (!_storage.Remove(disk.BackendId))
            return $"storage backend {disk.BackendId} not found for device {key}";
        _disks.Add(key);
        return RefusePath(disk.PciPath);
    }

    private static string? RefuseNetwork(SortedSet<SpecKey> backends, SpecKey key, SpecKey backend) =>
        backends.Remove(backend) ? null : $"network backend {backend} not found for device {key}";

    private string? RefusePath(PciPath path) => _paths.Add(path)
        ? null
        : "a PCI device is already attached at PciPath "
            + $"{{ bus: {path.Bus}, device: {path.Device}, function: {path.Function} }}";

    private string? RefusePvpanic()
    {
        if (_pvpanic)
            return "pvpanic device already specified";
        _pvpanic = true;
        return null;
    }

    /// <summary>The boot order with the highest key wins.</summary>
    private string? TakeBootSettings(SpecKey key, Component.BootSettings boot)
    {
        if (_boot is not null)
            _dropped.Add(_bootKey);
        (_boot, _bootKey) = (boot, key);
        return null;
    }

    /// <summary>The socket with the lowest key wins.</summary>
    private string? TakeSocket(SpecKey key, Component.VirtioSocket socket)
    {
        if (_socket is not null)
            _dropped.Add(key);
        _socket ??= socket;
        return null;
    }

    private static string CompiledOut(SpecKey key, string feature) =>
        $"support for component {key} compiled out via {feature}";
}
