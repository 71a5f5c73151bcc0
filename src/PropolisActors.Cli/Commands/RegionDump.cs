using System.Globalization;
using Crucible.Net.Regions;
using Crucible.Wire;

namespace PropolisActors.Cli.Commands;

/// <summary>Prints extents or blocks of several regions side by side; a line with a difference ends in
/// <c>&lt;---</c>.</summary>
internal sealed class RegionDump
{
    private readonly IReadOnlyList<Region> _regions;
    private readonly bool _onlyDifferences;

    /// <summary>A comparison that has printed nothing yet.</summary>
    /// <param name="regions">Open read-only, of one shape.</param>
    /// <param name="onlyDifferences">Lines without a difference are left out.</param>
    /// <exception cref="CommandFailedException">They have different shapes.</exception>
    public RegionDump(IReadOnlyList<Region> regions, bool onlyDifferences)
    {
        _regions = regions;
        _onlyDifferences = onlyDifferences;
        var shape = regions[0].Definition;
        if (regions.Any(r => r.Definition with { Uuid = shape.Uuid } != shape))
            throw new CommandFailedException("the regions have different shapes, so there is nothing to compare.");
    }

    private RegionDefinition Shape => _regions[0].Definition;

    public void Write(uint? extent, ulong? block, TextWriter to)
    {
        if (block is { } one)
        {
            var (within, _) = DownstairsCommand.Locate(Shape, new(one));
            WriteBlocks(within, to, b => b.Value == one);
        }
        else if (extent is { } number)
        {
            if (number >= Shape.ExtentCount)
                throw new CommandFailedException($"there is no extent {number}: the region has {Shape.ExtentCount}.");
            WriteBlocks(new(number), to, _ => true);
        }
        else
        {
            WriteExtents(to);
        }
    }

    private void WriteExtents(TextWriter to)
    {
        to.WriteLine("extent: generation, flush, dirty of each region");
        var versions = _regions.Select(r => r.Versions()).ToArray();
        for (var e = 0; e < versions[0].Length; e++)
        {
            WriteLine(
                e.ToString(CultureInfo.InvariantCulture),
                [.. versions.Select(v => $"{v[e].Generation.Value} {v[e].FlushNumber.Value} {(v[e].Dirty ? "D" : "-")}")],
                to);
        }
    }

    private void WriteBlocks(ExtentId extent, TextWriter to, Predicate<BlockIndex> isWanted)
    {
        to.WriteLine("block: hash of the context, hash of the stored bytes of each region");
        var columns = _regions.Select(r => ColumnOf(r, extent, isWanted)).ToArray();
        for (var i = 0; i < columns[0].Count; i++)
        {
            var (block, _) = columns[0][i];
            WriteLine(block.Value.ToString(CultureInfo.InvariantCulture), [.. columns.Select(c => c[i].Text)], to);
        }
    }

    private static List<(BlockIndex Block, string Text)> ColumnOf(
        Region region, ExtentId extent, Predicate<BlockIndex> isWanted)
    {
        var column = new List<(BlockIndex, string)>();
        region.Inspect(extent, (block, context, stored) =>
        {
            if (!isWanted(block))
                return;
            var kind = context is null ? "never written   " : context.Value.Hash.ToString("x16", CultureInfo.InvariantCulture);
            column.Add((block, $"{kind} {BlockHash.Plain(stored):x16}"));
        });
        return column;
    }

    private void WriteLine(string name, string[] columns, TextWriter to)
    {
        var differs = columns.Any(c => c != columns[0]);
        if (differs || !_onlyDifferences)
            to.WriteLine($"{name}: {string.Join(" | ", columns)}{(differs ? " <---" : "")}");
    }
}
