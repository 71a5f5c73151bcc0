using System.Globalization;
using Akka.Cluster.Sharding;

namespace Akka.Conformance.Tests.Cluster;

/// <summary>From ids to shards.</summary>
public sealed class MessageExtractorTests
{
    // The numbers are those of Akka.NET: entities stored by shard must be found again under either provider.
    [Theory]
    [InlineData("", "289")]
    [InlineData("a", "17")]
    [InlineData("ab", "331")]
    [InlineData("abc", "568")]
    [InlineData("vm-1", "345")]
    [InlineData("3fa85f64-5717-4562-b3fc-2c963f66afa6", "425")]
    [InlineData("Grüße", "374")]
    [InlineData("😀x", "270")]
    public void Shard_of_an_id_is_the_one_the_murmur_hash_gives(string id, string shard)
    {
        var extractor = HashCodeMessageExtractor.Create(1000, _ => id);
        Assert.Equal(shard, extractor.ShardId(id));
        Assert.Equal(shard, extractor.ShardId(id, new To(id, "hint")));
    }

    [Fact]
    public void Shards_are_the_numbers_below_the_maximum_and_all_are_used()
    {
        var extractor = To.Extractor();
        Assert.Equal(10, extractor.MaxNumberOfShards);
        var shards = Enumerable.Range(0, 1000).Select(i => extractor.ShardId($"id-{i}")).Distinct().Order();
        Assert.Equal(Enumerable.Range(0, 10).Select(n => n.ToString(CultureInfo.InvariantCulture)), shards);
    }

    [Fact]
    public void Message_itself_goes_to_the_entity_unless_told_otherwise()
    {
        var extractor = HashCodeMessageExtractor.Create(10, message => (string)message);
        Assert.Equal("a", extractor.EntityId("a"));
        Assert.Equal("a", extractor.EntityMessage("a"));
        Assert.Equal("inner", To.Extractor().EntityMessage(new To("a", "inner")));
        Assert.Null(To.Extractor().EntityId("no id"));
    }

    [Fact]
    public void Subclass_names_the_entity_and_inherits_the_rest()
    {
        var extractor = new ByLength();
        Assert.Equal("3", extractor.EntityId("abc"));
        Assert.Equal("abc", extractor.EntityMessage("abc"));
        Assert.Equal(To.Extractor().ShardId("3"), extractor.ShardId("3", "abc"));
    }

    private sealed class ByLength() : HashCodeMessageExtractor(10)
    {
        public override string? EntityId(object message)
            => ((string)message).Length.ToString(CultureInfo.InvariantCulture);
    }
}
