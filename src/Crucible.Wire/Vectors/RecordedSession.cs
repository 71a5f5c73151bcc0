namespace Crucible.Wire.Vectors;

/// <summary>A recorded conversation of an upstairs with one or two disk servers (protocol section 20).</summary>
/// <param name="Name">Its name in the file.</param>
/// <param name="Continues">The session on whose storage it takes place, or null for new regions.</param>
/// <param name="IsReadOnly">The disk server was started again read-only before it.</param>
/// <param name="Region">The region of the first server; null when it continues another session.</param>
/// <param name="SecondRegion">The region of the server on connection "b", where there are two.</param>
/// <param name="Steps">What was said and done, in order.</param>
public sealed record RecordedSession(
    string Name,
    string? Continues,
    bool IsReadOnly,
    RegionDefinition? Region,
    RegionDefinition? SecondRegion,
    IReadOnlyList<RecordedStep> Steps)
{
    /// <summary>The sessions of a vector file in its order; none when it has no such section.</summary>
    /// <exception cref="VectorFormatException">A session has another form.</exception>
    public static IReadOnlyList<RecordedSession> Read(System.Text.Json.JsonDocument document)
    {
        var root = new JsonCursor(document.RootElement, "$");
        return root.TryMember("sessions", out var sessions) ? sessions.List(Session) : [];
    }

    private static RecordedSession Session(JsonCursor session)
    {
        var setup = session["setup"];
        return new(
            session["name"].Text(),
            setup.TryMember("continues", out var before) ? before.Text() : null,
            setup.Flag("read_only"),
            setup.TryMember("region", out var region) ? Definition(region) : null,
            setup.TryMember("second_region", out var second) ? Definition(second) : null,
            session["steps"].List(Step));
    }

    private static RecordedStep Step(JsonCursor step)
    {
        var from = step["from"];
        var isServers = from.Text() switch
        {
            "downstairs" => true,
            "upstairs" => false,
            _ => throw new VectorFormatException(from.Path, "must be upstairs or downstairs"),
        };
        return new(
            step["connection"].Text(), isServers, step.TryMember("frame_hex", out var frame) ? frame.Hex() : null);
    }

    private static RegionDefinition Definition(JsonCursor region)
    {
        var extent = region["extent_size"];
        return new(
            region["block_size"].UInt64(),
            new(extent["value"].UInt64(), extent["shift"].UInt32()),
            region["extent_count"].UInt32(),
            new(region["uuid"].Uuid()),
            region["encrypted"].Bool());
    }
}
