using Akka.Cluster.Sharding;

namespace Akka.Conformance.Tests.Cluster;

/// <summary>A message for the entity of an id.</summary>
public sealed record To(string Id, object Message)
{
    /// <summary>Opens it; every other message is for nobody.</summary>
    public static HashCodeMessageExtractor Extractor() => HashCodeMessageExtractor.Create(
        10, message => (message as To)?.Id, message => message is To to ? to.Message : message);
}
