using System.Text.Json;
using Crucible.Simulation;
using PropolisActors.Journal;
using PropolisActors.SystemSimulation.World;

namespace PropolisActors.SystemSimulation.Checks;

/// <summary>
/// S6: the stored VCR changes if and only if a replacement was accepted, and is durable before the answer.
/// </summary>
internal sealed class ReplacementCheck
{
    private readonly Dictionary<string, List<string>> _stored = new(StringComparer.Ordinal);
    private readonly HashSet<string> _unknown = new(StringComparer.Ordinal);

    public void Stored(string persistenceId, JournalEvent @event)
    {
        if (@event is not JournalEvent.VolumeStored { Record.Text.Json: var text })
            return;
        if (!_stored.TryGetValue(KeyOf(persistenceId), out var texts))
            _stored.Add(KeyOf(persistenceId), texts = []);
        if (texts.Count == 0 || texts[^1] != text)
            texts.Add(text);
    }

    /// <summary>The VCR that is stored for a disk of a VM now.</summary>
    public string Newest(string vm, Guid disk) => _stored[KeyOf(vm, disk)][^1];

    /// <summary>Someone was answered.</summary>
    public void Answered(string vm, Guid disk, string vcr, Reply reply)
    {
        var isStored = _stored.TryGetValue(KeyOf(vm, disk), out var texts) && texts.Contains(vcr, StringComparer.Ordinal);
        if (reply.IsLost || reply.Status == 410)
            _unknown.Add(vcr);
        if (reply.Status == 200 && !isStored)
            throw new SimulationFailure("S6", $"{reply}, and its VCR is not stored");
    }

    /// <summary>A VCR that was refused whenever it was asked for must not have been stored.</summary>
    public void NeverAccepted(string vm, Guid disk, string vcr)
    {
        if (_stored.TryGetValue(KeyOf(vm, disk), out var texts) && texts.Contains(vcr, StringComparer.Ordinal))
            throw new SimulationFailure("S6", $"disk {disk} stored a VCR that was refused");
    }

    /// <summary>
    /// The spec of a VM shows for each disk the VCR that is stored; when the VM ended while one was being stored, and whoever
    /// sent it was told so, perhaps the one before. A VM that ended before its first was stored has nothing to hold it against.
    /// </summary>
    public void SpecIsStored(string vm, Reply spec, IEnumerable<SimulatedDisk> disks)
    {
        using var json = JsonDocument.Parse(spec.Body);
        var components = json.RootElement.GetProperty("spec").GetProperty("value").GetProperty("components");
        foreach (var disk in disks.Where(disk => _stored.ContainsKey(KeyOf(vm, disk.Id))))
        {
            var shown = components.GetProperty(disk.Id.ToString()).GetProperty("component")
                .GetProperty("request_json").GetString();
            if (shown is null || (shown != Newest(vm, disk.Id) && !_unknown.Contains(Newest(vm, disk.Id))))
                throw new SimulationFailure("S6", $"the spec shows another VCR of disk {disk.Id} than is stored");
        }
    }

    /// <summary>Name and disk of <c>vm/NAME/NUMBER/DISK</c>.</summary>
    private static string KeyOf(string persistenceId)
    {
        var parts = persistenceId.Split('/');
        return $"{parts[1]}/{parts[^1]}";
    }

    private static string KeyOf(string vm, Guid disk) => $"{vm}/{disk}";
}
