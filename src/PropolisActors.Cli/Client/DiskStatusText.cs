using System.Globalization;

namespace PropolisActors.Cli.Client;

/// <summary>A disk's status for people: a tree with a line for each server and what it waits for below it.</summary>
public static class DiskStatusText
{
    public static IReadOnlyList<string> Lines(string disk, DiskStatus status, DateTimeOffset now)
    {
        var lines = new List<string> { $"disk {disk}: {(status.IsActive ? "active" : "not active")}" };
        foreach (var set in status.RegionSets)
            AddSet(set, now, lines);
        return lines;
    }

    /// <summary>One line about the servers that are not in service; null when all are.</summary>
    public static string? WaitsFor(DiskStatus status, DateTimeOffset now)
    {
        var waiting = status.RegionSets
            .SelectMany(set => set.Targets.Select((target, slot) => (target, slot)))
            .Where(one => !one.target.IsActive)
            .Select(one => $"slot {one.slot} {Reason(one.target)}{For(one.target, now)}");
        var line = string.Join("; ", waiting);
        return line.Length == 0 ? null : line;
    }

    private static void AddSet(DiskStatus.RegionSet set, DateTimeOffset now, List<string> lines)
    {
        var busy = (set.ReconcileInProgress ? ", reconciling" : "") + (set.LiveRepairInProgress ? ", repairing" : "");
        lines.Add($"└─ region set {set.UpstairsId}: {set.State}, generation {set.Generation}{busy}");
        for (var slot = 0; slot < set.Targets.Count; slot++)
            AddTarget(slot, set.Targets[slot], slot == set.Targets.Count - 1, now, lines);
    }

    private static void AddTarget(
        int slot, DiskStatus.Target target, bool isLast, DateTimeOffset now, List<string> lines)
    {
        var (branch, below) = isLast ? ("└─", "  ") : ("├─", "│ ");
        lines.Add($"   {branch} slot {slot} {target.TargetAddr ?? "no address"}: {target.State}{For(target, now)}");
        if (target.WaitingFor is { } waiting)
            lines.Add($"   {below}    {waiting}");
        if (target.LastError is { } error)
            lines.Add($"   {below}    last error: {error}");
    }

    private static string Reason(DiskStatus.Target target) => target.WaitingFor ?? target.State.ToString();

    private static string For(DiskStatus.Target target, DateTimeOffset now) => target.Since is { } since
        ? string.Create(CultureInfo.InvariantCulture,
            $", for {Math.Max(0, (now - since).TotalSeconds):0.0} s (since {since.ToUniversalTime():HH:mm:ss} UTC)")
        : "";
}
