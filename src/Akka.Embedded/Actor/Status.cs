namespace Akka.Actor;

/// <summary>A generic answer: it went well, or it did not.</summary>
public abstract class Status
{
    private protected Status()
    {
    }

    /// <summary>It went well.</summary>
    public sealed class Success : Status
    {
        /// <summary>A success without a value.</summary>
        public static readonly Success Instance = new(null);

        /// <summary>The value, which may be null.</summary>
        public readonly object Status;

        /// <summary>A success with a value.</summary>
        public Success(object? status) => Status = status!;

        /// <inheritdoc/>
        public override string ToString() => Status is null ? "Success" : $"Success: {Status}";
    }

    /// <summary>It failed. An ask faults with <see cref="Cause"/>.</summary>
    public sealed class Failure : Status
    {
        /// <summary>What went wrong.</summary>
        public readonly Exception Cause;

        /// <summary>Whatever the sender attached, or null.</summary>
        public readonly object State;

        /// <summary>A failure without anything attached.</summary>
        public Failure(Exception cause)
            : this(cause, null)
        {
        }

        /// <summary>A failure with something attached.</summary>
        public Failure(Exception cause, object? state)
        {
            Cause = cause;
            State = state!;
        }

        /// <inheritdoc/>
        public override string ToString() => State is null ? $"Failure: {Cause}" : $"Failure: {State}, {Cause}";
    }
}
