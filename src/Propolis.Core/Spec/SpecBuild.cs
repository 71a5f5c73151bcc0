namespace Propolis.Core.Spec;

// Says why a sound spec still cannot become a machine, as far as that can be told without the host.
// Such a VM ends Failed and its creation answers 500. What only the host or a volume can tell (a file that is not
// there, a volume construction request that does not parse) is told by whoever builds that part.
// Source: propolis-server API, section 5.3; the reference aborts its process on some of these, which we do not.

/// <summary>The checks made when a machine is built.</summary>
public static class SpecBuild
{
    private const ulong GuestCidMin = 3;
    private static readonly PciPath[] ChipsetPaths = [new(0, 0, 0), new(0, 1, 0), new(0, 1, 3)];

    /// <summary>The first reason why the machine cannot be built, for people and logs, or null.</summary>
    public static string? WhyNot(ValidatedSpec validated, SpecBuildLimits limits)
    {
        var spec = validated.Spec;
        return BoardRefusal(spec.Board, limits)
            ?? ConsoleRefusal(spec)
            ?? spec.Components.Select(c => BlobRefusal(c.Key, c.Value)).FirstOrDefault(why => why is not null)
            ?? spec.Components.Select(c => SocketRefusal(c.Key, c.Value)).FirstOrDefault(why => why is not null)
            ?? BusRefusal(spec)
            ?? BootRefusal(validated);
    }

    private static string? BoardRefusal(Board board, SpecBuildLimits limits)
    {
        if (board.Cpus == 0 || board.Cpus > limits.CpusMax)
            return $"cpus is {board.Cpus}, outside 1 to {limits.CpusMax}";
        if (board.MemoryMib == 0 || board.MemoryMib > limits.MemoryMibMax)
            return $"memory_mb is {board.MemoryMib}, outside 1 to {limits.MemoryMibMax}";
        return null;
    }

    private static string? ConsoleRefusal(InstanceSpec spec) =>
        spec.Components.Values.Contains(new Component.SerialPort(SerialPortNumber.Com1))
            ? null
            : "no serial port com1";

    private static string? BlobRefusal(SpecKey key, Component component)
    {
        if (component is not Component.BlobStorageBackend blob)
            return null;
        var bytes = new byte[blob.Base64.Length];
        // Writing the bytes out again and comparing refuses the spaces and loose ends the base library allows.
        if (!Convert.TryFromBase64String(blob.Base64, bytes, out var length)
            || !string.Equals(Convert.ToBase64String(bytes, 0, length), blob.Base64, StringComparison.Ordinal))
            return $"blob {key} is not valid base64";
        if (length == 0 || length % Component.BlobStorageBackend.BlockSizeBytes != 0)
            return $"blob {key} holds {length} bytes, not a positive multiple of 512";
        return null;
    }

    private static string? SocketRefusal(SpecKey key, Component component) =>
        component is Component.VirtioSocket socket && socket.GuestCid is < GuestCidMin or > uint.MaxValue
            ? $"guest_cid of {key} is {socket.GuestCid}, outside {GuestCidMin} to {uint.MaxValue}"
            : null;

    private static string? BusRefusal(InstanceSpec spec)
    {
        var bridges = spec.Components.Values.OfType<Component.PciPciBridge>().ToList();
        if (!bridges.Select(b => b.DownstreamBus).Append((byte)0).AllDistinct())
            return "two PCI buses have the same number";

        var buses = BusesFromRoot(bridges);
        foreach (var (key, component) in spec.Components)
        {
            if (PathOf(component) is not { } path)
                continue;
            if (!buses.Contains(path.Bus))
                return $"{key} is on PCI bus {path.Bus}, which no bridge provides";
            if (ChipsetPaths.Contains(path))
                return $"{key} is at {path}, which the chipset uses";
        }

        return null;
    }

    /// <summary>Buses are found from the root outwards: a bridge that hangs on its own bus provides nothing.</summary>
    private static HashSet<byte> BusesFromRoot(List<Component.PciPciBridge> bridges)
    {
        var buses = new HashSet<byte> { 0 };
        int before;
        do
        {
            before = buses.Count;
            buses.UnionWith([.. bridges.Where(b => buses.Contains(b.PciPath.Bus)).Select(b => b.DownstreamBus)]);
        }
        while (buses.Count > before);
        return buses;
    }

    private static string? BootRefusal(ValidatedSpec validated)
    {
        foreach (var key in validated.BootOrder ?? [])
        {
            if (PathOf(validated.Spec.Components[key]) is { Bus: not 0 } path)
                return $"boot device {key} is on PCI bus {path.Bus}, not 0";
        }

        return null;
    }

    private static PciPath? PathOf(Component component) => component switch
    {
        Component.Disk c => c.PciPath,
        Component.VirtioNic c => c.PciPath,
        Component.PciPciBridge c => c.PciPath,
        Component.VirtioSocket c => c.PciPath,
        Component.SoftNpuPciPort c => c.PciPath,
        Component.SoftNpuP9 c => c.PciPath,
        Component.P9fs c => c.PciPath,
        _ => null,
    };

    private static bool AllDistinct(this IEnumerable<byte> numbers) => numbers.All(new HashSet<byte>().Add);
}
