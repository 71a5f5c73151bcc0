using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Akka.Util;

/// <summary>A value or nothing.</summary>
[StructLayout(LayoutKind.Auto)]
[SuppressMessage("Design", "MA0102", Justification = "The shape is Akka.NET's.")]
public readonly struct Option<T> : IEquatable<Option<T>>
{
    /// <summary>Nothing.</summary>
    public static readonly Option<T> None;

    /// <summary>A value; null counts as nothing.</summary>
    public Option(T value)
    {
        Value = value;
        HasValue = value is not null;
    }

    /// <summary>Whether there is a value.</summary>
    public bool HasValue { get; }

    /// <summary>Whether there is none.</summary>
    public bool IsEmpty => !HasValue;

    /// <summary>The value, or the default when there is none.</summary>
    public T Value { get; }

    public static implicit operator Option<T>(T value) => new(value);

    public static bool operator ==(Option<T> left, Option<T> right) => left.Equals(right);

    public static bool operator !=(Option<T> left, Option<T> right) => !left.Equals(right);

    /// <summary>A value.</summary>
    public static Option<T> Create(T value) => new(value);

    /// <summary>The value, or the fallback.</summary>
    public T GetOrElse(T fallbackValue) => HasValue ? Value : fallbackValue;

    /// <summary>The mapped value, or nothing.</summary>
    public Option<TNew> Select<TNew>(Func<T, TNew> selector) => HasValue ? selector(Value) : Option<TNew>.None;

    /// <inheritdoc/>
    public bool Equals(Option<T> other) => HasValue == other.HasValue
        && EqualityComparer<T>.Default.Equals(Value, other.Value);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Option<T> other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HasValue ? Value!.GetHashCode() : 0;

    /// <inheritdoc/>
    public override string ToString() => HasValue ? $"Some<{Value}>" : "None";
}
