using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Crucible.Core.Volumes;
using Crucible.Wire;
using Propolis.Core.Lifecycle;
using PropolisActors.Journal;
using PropolisActors.Protocols;

namespace PropolisActors.Tests.Journal;

public sealed class JournalCodecTests
{
    private const string Key = "dGhlIGtleSBvZiB0aGlzIGRpc2sgaXMgYSBzZWNyZXQh";

    private static readonly VolumeRecord Record = new(
        new VcrText($$"""{"type":"volume", "key":"{{Key}}" }"""),
        new VcrRevision(7),
        VcrOrigin.TargetChange,
        new VolumeReplacement(
            IPEndPoint.Parse("127.0.0.1:9810"), IPEndPoint.Parse("[fd00::1]:9811"),
            new RegionSlot(new RegionSetIndex(2), new ClientId(1)), InSync: false),
        [new RegionSlot(new RegionSetIndex(2), new ClientId(1))]);

    public static TheoryData<string, string> Written => new()
    {
        { "vm-named/1", """{"name":"default"}""" },
        { "vm-forgotten/1", """{"name":"default","number":7}""" },
        { "state-published/1", """{"gen":3,"state":"Failed","at":"2026-01-02T03:04:05+00:00","failure_reason":"no disk"}""" },
        {
            "volume-stored/1",
            """
            {"vcr":"{}","revision":2,"origin":"generation_rise","last_replacement":{"old":"127.0.0.1:1","new":"127.0.0.1:2",
            "where":{"region_set":0,"slot":2},"in_sync":true},"unsynced":[]}
            """
        },
    };

    [Theory]
    [MemberData(nameof(Written))]
    public void What_an_earlier_service_wrote_is_read_and_written_the_same(string manifest, string json)
    {
        // Goal: the bytes of a released version never change their meaning.
        var read = JournalCodec.Default.Read(manifest, Encoding.UTF8.GetBytes(json));

        Assert.Equal(manifest, JournalCodec.Default.ManifestOf(read));
        Assert.Equal(
            JsonSerializer.Serialize(JsonDocument.Parse(json)),
            JsonSerializer.Serialize(JsonDocument.Parse(JournalCodec.Default.Write(read))));
    }

    [Fact]
    public void A_volume_record_comes_back_byte_for_byte()
    {
        var stored = new JournalEvent.VolumeStored(Record);

        var read = JournalCodec.Default.Read("volume-stored/1", JournalCodec.Default.Write(stored));

        Assert.Equal(stored, read);
    }

    [Fact]
    public void An_instance_comes_back_with_its_properties_and_spec()
    {
        var command = VmTestKit.EnsureCommand();
        var stored = new JournalEvent.InstanceEnsured(4, command.Properties, command.Spec);

        var read = (JournalEvent.InstanceEnsured)JournalCodec.Default.Read("instance-ensured/1", JournalCodec.Default.Write(stored));

        Assert.Equal(4, read.Number);
        Assert.Equal(command.Properties, read.Properties);
        Assert.Equal(JournalCodec.Default.Write(stored), JournalCodec.Default.Write(read));
    }

    [Theory]
    [InlineData("volume-stored/2", "up to version 1")]
    [InlineData("volume-lost/1", "does not know")]
    [InlineData("", "does not know")]
    public void A_newer_or_unknown_event_is_refused_by_its_name(string manifest, string says)
    {
        var error = Assert.Throws<JournalFormatException>(() => JournalCodec.Default.Read(manifest, "{}"u8.ToArray()));

        Assert.Contains($"'{manifest}'", error.Message, StringComparison.Ordinal);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("vm-named/1", """{"name":"../etc"}""")]
    [InlineData("vm-named/1", """{"name":null}""")]
    [InlineData("vm-named/1", """{"name":"a","more":1}""")]
    [InlineData("vm-named/1", "{}")]
    [InlineData("vm-named/1", "null")]
    [InlineData("vm-named/1", "")]
    [InlineData("state-published/1", """{"gen":3,"state":"Flying","at":"2026-01-02T03:04:05+00:00","failure_reason":null}""")]
    [InlineData("state-published/1", """{"gen":-3,"state":"Failed","at":"2026-01-02T03:04:05+00:00","failure_reason":null}""")]
    [InlineData("instance-ensured/1", """{"number":1,"ensure":"{}"}""")]
    [InlineData("volume-stored/1", """{"vcr":"{}","revision":2,"origin":"magic","last_replacement":null,"unsynced":[]}""")]
    [InlineData("volume-stored/1",
        """{"vcr":"{}","revision":2,"origin":"created","last_replacement":null,"unsynced":[{"region_set":0,"slot":3}]}""")]
    public void Damaged_content_is_refused_by_the_name_of_its_event(string manifest, string json)
    {
        var error = Assert.Throws<JournalFormatException>(
            () => JournalCodec.Default.Read(manifest, Encoding.UTF8.GetBytes(json)));

        Assert.Contains($"'{manifest}' is damaged", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_in_a_damaged_event_is_not_repeated_by_the_error()
    {
        var json = Encoding.UTF8.GetBytes($$$"""{"vcr":{"key":"{{{Key}}}"}}""");

        var error = Assert.Throws<JournalFormatException>(() => JournalCodec.Default.Read("volume-stored/1", json));

        Assert.DoesNotContain(Key, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void No_event_prints_a_key()
    {
        Assert.DoesNotContain(Key, new JournalEvent.VolumeStored(Record).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_older_version_is_read_as_the_newest()
    {
        // Goal: a member added to an event does not orphan journals written before it.
        // Method: a codec whose newest state event is version 2; version 1 knew no reason, and is filled in on the way.
        var codec = new JournalCodec(
        [
            JournalFormats.Older("state-published", 1, Plain<OldState>(), (OldState old) =>
                new JournalEvent.StatePublished(old.Gen, Enum.Parse<InstanceState>(old.State), DateTimeOffset.UnixEpoch, "unknown")),
            JournalFormats.Newest("state-published", 2, Plain<NewState>(), (NewState s) =>
                new JournalEvent.StatePublished(s.Gen, Enum.Parse<InstanceState>(s.State), DateTimeOffset.UnixEpoch, s.Why),
                (JournalEvent.StatePublished e) => new NewState(e.Gen, e.State.ToString(), e.FailureReason)),
        ]);

        var read = codec.Read("state-published/1", """{"Gen":5,"State":"Failed"}"""u8.ToArray());

        Assert.Equal(
            new JournalEvent.StatePublished(5, InstanceState.Failed, DateTimeOffset.UnixEpoch, "unknown"), read);
        Assert.Equal("state-published/2", codec.ManifestOf(read));
    }

    [Fact]
    public void An_older_version_without_a_newer_one_is_refused_when_the_codec_is_made()
    {
        var formats = new[]
        {
            JournalFormats.Older("vm-named", 1, Plain<OldState>(), (OldState _) => new JournalEvent.VmNamed(VmName.Default)),
        };

        Assert.Throws<ArgumentException>(() => new JournalCodec(formats));
    }

    private static JsonTypeInfo<T> Plain<T>() => (JsonTypeInfo<T>)JsonSerializerOptions.Default.GetTypeInfo(typeof(T));

    private sealed record OldState(ulong Gen, string State);

    private sealed record NewState(ulong Gen, string State, string? Why);
}
