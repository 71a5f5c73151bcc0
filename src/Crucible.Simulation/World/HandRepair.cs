using Crucible.Wire;

namespace Crucible.Simulation.World;

/// <summary>
/// Stands in for reconciliation: an operator stops the three servers and makes their disks equal, extent by extent, by
/// the rule of the protocol (section 11): the highest generation, then the highest flush number, then a dirty one.
/// </summary>
internal static class HandRepair
{
    public static void MakeEqual(IReadOnlyList<DiskServer> servers)
    {
        foreach (var server in servers)
            server.Crash();
        var stores = servers.Select(server => server.Store).ToArray();
        var extents = stores.SelectMany(store => store.Extents).ToArray();
        var generation = new Generation(extents.Max(extent => extent.Generation.Value));
        var flush = new FlushNumber(extents.Max(extent => extent.FlushNumber.Value) + 1);
        for (var extent = 0; extent < stores[0].Extents.Count; extent++)
        {
            var source = Source(stores, extent);
            var state = source.Extents[extent];
            var clean = state.Dirty ? new Message.ExtentState(generation, flush, Dirty: false) : state;
            foreach (var store in stores)
                store.Take(extent, source, clean);
        }

        foreach (var server in servers)
            server.Start();
    }

    private static RegionStore Source(RegionStore[] stores, int extent) => stores
        .OrderByDescending(store => store.Extents[extent].Generation.Value)
        .ThenByDescending(store => store.Extents[extent].FlushNumber.Value)
        .ThenByDescending(store => store.Extents[extent].Dirty)
        .First();
}
