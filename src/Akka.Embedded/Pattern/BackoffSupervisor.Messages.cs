using Akka.Actor;
using Akka.Event;

namespace Akka.Pattern;

/// <summary>What a supervisor takes for itself; everything else is for its child.</summary>
public sealed partial class BackoffSupervisor
{
    /// <summary>Asks for the child. Answered by <see cref="CurrentChild"/>.</summary>
    public sealed class GetCurrentChild
    {
        /// <summary>The only one.</summary>
        public static readonly GetCurrentChild Instance = new();

        private GetCurrentChild()
        {
        }
    }

    /// <summary>Answers <see cref="GetCurrentChild"/>.</summary>
    public sealed class CurrentChild(IActorRef @ref)
    {
        /// <summary>The child; null while there is none.</summary>
        public IActorRef Ref { get; } = @ref;
    }

    /// <summary>Makes the delays begin again at the smallest, where that is not done by itself.</summary>
    public sealed class Reset
    {
        /// <summary>The only one.</summary>
        public static readonly Reset Instance = new();

        private Reset()
        {
        }
    }

    /// <summary>Asks how often the child was made again in a row. Answered by <see cref="RestartCount"/>.</summary>
    public sealed class GetRestartCount
    {
        /// <summary>The only one.</summary>
        public static readonly GetRestartCount Instance = new();

        private GetRestartCount()
        {
        }
    }

    /// <summary>Answers <see cref="GetRestartCount"/>.</summary>
    public sealed class RestartCount(int count)
    {
        /// <summary>How often the child was made again since the last reset.</summary>
        public int Count { get; } = count;
    }

    /// <summary>Tells the supervisor, by its own clock, that the delay is over.</summary>
    public sealed class StartChild : IDeadLetterSuppression
    {
        /// <summary>The only one.</summary>
        public static readonly StartChild Instance = new();

        private StartChild()
        {
        }
    }

    /// <summary>Tells the supervisor, by its own clock, that a child may have lived long enough.</summary>
    public sealed class ResetRestartCount(int current) : IDeadLetterSuppression
    {
        /// <summary>The count when the child was made.</summary>
        public int Current { get; } = current;
    }
}
