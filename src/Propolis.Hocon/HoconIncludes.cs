namespace Propolis.Hocon;

/// <summary>Where the text named by an include comes from.</summary>
internal abstract class HoconIncludes
{
    /// <summary>Opens <paramref name="name"/> as written in <paramref name="includingFile"/>.</summary>
    /// <returns>Null when there is no such thing.</returns>
    /// <exception cref="HoconException">It is there and cannot be read.</exception>
    public abstract HoconIncluded? Open(string name, string includingFile);

    /// <summary>Files relative to the directory of the file that includes them.</summary>
    public sealed class FromFiles : HoconIncludes
    {
        public override HoconIncluded? Open(string name, string includingFile)
        {
            var path = Path.Combine(Path.GetDirectoryName(includingFile) ?? string.Empty, name);
            return File.Exists(path) ? new HoconIncluded.Document(path, ReadText(path)) : null;
        }
    }

    /// <summary>Whatever a caller's function answers; null from it means that there is no such thing.</summary>
    public sealed class FromCallback(Func<string, HoconValue?> callback) : HoconIncludes
    {
        public override HoconIncluded? Open(string name, string includingFile) =>
            callback(name) is { } value ? new HoconIncluded.Value(value) : null;
    }

    /// <summary>Reads a whole file as UTF-8.</summary>
    /// <exception cref="HoconException">Unreadable, or larger than any configuration is.</exception>
    public static string ReadText(string path)
    {
        try
        {
            // UTF-8 needs at most three bytes for each UTF-16 code unit.
            if (new FileInfo(path) is { Exists: true, Length: > HoconLimits.DocumentChars * 3L })
                throw new HoconException($"{path}: larger than {HoconLimits.DocumentChars} characters");
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HoconException($"{path}: cannot be read: {e.Message}", e);
        }
    }
}

/// <summary>What an include found.</summary>
internal abstract record HoconIncluded
{
    public sealed record Document(string File, string Text) : HoconIncluded;

    public sealed record Value(HoconValue Root) : HoconIncluded;
}
