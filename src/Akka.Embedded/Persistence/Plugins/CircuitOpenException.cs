using Akka.Actor;

namespace Akka.Persistence.Plugins;

/// <summary>The storage failed so often that it is left alone for a while.</summary>
internal sealed class CircuitOpenException(Exception lastFailure)
    : AkkaException($"The storage is not asked after repeated failures, the last: {lastFailure.Message}", lastFailure);
