using System.Diagnostics.CodeAnalysis;
using Akka.Configuration.Hocon;
using Propolis.Hocon;

namespace Akka.Configuration;

/// <summary>A configuration: a tree of values read by dotted paths such as <c>akka.actor.ask-timeout</c>. Immutable.</summary>
/// <remarks>A path element with a dot in it is quoted. A reader gives its default for a path that is absent or null, and
/// throws <see cref="ConfigurationException"/> naming the path when the value is not of the asked kind.</remarks>
public class Config
{
    public Config()
        : this(new HoconRoot(HoconValue.EmptyObject))
    {
    }

    public Config(HoconRoot root)
    {
        ArgumentNullException.ThrowIfNull(root);
        Root = root.Value;
    }

    /// <summary><paramref name="source"/> with <paramref name="fallback"/> below it.</summary>
    public Config(Config source, Config fallback)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(fallback);
        Root = HoconValue.Merge(older: fallback.Root, newer: source.Root);
    }

    /// <summary>The whole tree, fallbacks included.</summary>
    public HoconValue Root { get; }

    /// <summary>True when there is no key at all.</summary>
    public virtual bool IsEmpty => Root.IsEmpty;

    public static implicit operator Config(string hocon) => ConfigurationFactory.ParseString(hocon);

    /// <summary>This configuration, and below it <paramref name="fallback"/> for whatever it lacks, key by key.</summary>
    public virtual Config WithFallback(Config? fallback) => fallback is null ? this : new Config(this, fallback);

    /// <summary>True when there is a value other than null at <paramref name="path"/>.</summary>
    public virtual bool HasPath(string path) => Find(path) is not null;

    [return: NotNullIfNotNull(nameof(@default))]
    public virtual string? GetString(string path, string? @default = null) =>
        Read(path, v => v.GetString(), @default);

    public virtual bool GetBoolean(string path, bool @default = false) => Read(path, v => v.GetBoolean(), @default);

    public virtual int GetInt(string path, int @default = 0) => Read(path, v => v.GetInt(), @default);

    public virtual long GetLong(string path, long @default = 0) => Read(path, v => v.GetLong(), @default);

    public virtual float GetFloat(string path, float @default = 0) => Read(path, v => v.GetFloat(), @default);

    public virtual double GetDouble(string path, double @default = 0) => Read(path, v => v.GetDouble(), @default);

    public virtual decimal GetDecimal(string path, decimal @default = 0) => Read(path, v => v.GetDecimal(), @default);

    /// <summary>A size in bytes.</summary>
    public virtual long? GetByteSize(string path, long? def = null) => Read(path, v => v.GetByteSize(), def);

    /// <summary>A duration; a bare number counts milliseconds.</summary>
    /// <param name="path">The dotted path.</param>
    /// <param name="default">Answered when the path is absent; zero when it is not given.</param>
    /// <param name="allowInfinite">Whether <c>infinite</c> is taken, as <see cref="Timeout.InfiniteTimeSpan"/>.</param>
    public virtual TimeSpan GetTimeSpan(string path, TimeSpan? @default = null, bool allowInfinite = true) =>
        Read(path, v => v.GetTimeSpan(allowInfinite), @default.GetValueOrDefault());

    /// <summary>The texts of an array; empty when the path is absent.</summary>
    public virtual IList<string> GetStringList(string path) => Read(path, v => v.GetStringList(), []);

    /// <summary>The texts of an array, or <paramref name="strings"/> when the path is absent.</summary>
    public virtual IList<string> GetStringList(string path, string[] strings) =>
        Read(path, v => v.GetStringList(), strings);

    public virtual IList<int> GetIntList(string path) => Read(path, v => v.GetIntList(), []);

    public virtual IList<long> GetLongList(string path) => Read(path, v => v.GetLongList(), []);

    public virtual IList<byte> GetByteList(string path) => Read(path, v => v.GetByteList(), []);

    public virtual IList<bool> GetBooleanList(string path) => Read(path, v => v.GetBooleanList(), []);

    public virtual IList<double> GetDoubleList(string path) => Read(path, v => v.GetDoubleList(), []);

    public virtual IList<float> GetFloatList(string path) => Read(path, v => v.GetFloatList(), []);

    public virtual IList<decimal> GetDecimalList(string path) => Read(path, v => v.GetDecimalList(), []);

    /// <summary>The object at <paramref name="path"/> as a configuration of its own; null when the path is absent.</summary>
    public virtual Config? GetConfig(string path) =>
        Read(path, v => v.IsObjectValue ? new Config(new HoconRoot(v)) : throw new HoconException(
            "expected an object, found " + (v.IsArray() ? "an array" : "text")), null);

    /// <summary>The value at <paramref name="path"/> whatever its kind; null when the path is absent.</summary>
    public virtual HoconValue? GetValue(string path) => Find(path);

    /// <summary>The keys of the root with their values.</summary>
    public virtual IEnumerable<KeyValuePair<string, HoconValue>> AsEnumerable() =>
        Root.IsObjectValue ? Root.GetObject().Items : [];

    /// <summary>The configuration as HOCON text that reads back as the same configuration.</summary>
    public override string ToString() => Root.ToString();

    private HoconValue? Find(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            return Root.Find(HoconReader.ReadPath(path)) is { IsNull: false } value ? value : null;
        }
        catch (HoconSyntaxException e)
        {
            throw new HoconParserException(e);
        }
    }

    private T Read<T>(string path, Func<HoconValue, T> read, T @default)
    {
        if (Find(path) is not { } value)
            return @default;
        try
        {
            return read(value);
        }
        catch (HoconException e)
        {
            throw new ConfigurationException($"{path}: {e.Message}", e);
        }
    }
}
