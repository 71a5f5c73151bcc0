using Crucible.Net.Connections;
using Crucible.Net.Tests.Connections;
using Crucible.Net.Upstairs;
using Crucible.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace Crucible.Net.Tests.Upstairs;

/// <summary>The upstairs with servers that speak TLS and want to know who asks.</summary>
public sealed class RegionSetTlsTests : IDisposable
{
    private const int BlockSize = ServedDisk.BlockSize;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly TestAuthority _authority = new("ours", 0);

    public void Dispose() => _authority.Dispose();

    [Theory]
    [InlineData("pkcs1")]
    [InlineData("pkcs8")]
    public async Task Servers_that_carry_the_name_of_their_slot_are_talked_to(string keyForm)
    {
        await using var disks = new Disks(_authority, "downstairs0", "downstairs1", "downstairs2");
        await using var set = Make(disks, () => _authority.Identity("client", keyForm));
        Assert.Null((await set.ActivateAsync(null, None).WaitAsync(Patience)).Error);
        var data = new byte[BlockSize];
        data[7] = 7;
        Assert.Null((await set.WriteAsync(new BlockIndex(3), data, None)).Error);
        Assert.Null((await set.FlushAsync(None).AsTask().WaitAsync(Patience)).Error);
        var back = new byte[BlockSize];
        Assert.Null((await set.ReadAsync(new BlockIndex(3), back, None).AsTask().WaitAsync(Patience)).Error);
        Assert.Equal(data, back);
    }

    [Theory]
    [InlineData("name", "is for another name")]
    [InlineData("expired", "is not valid now")]
    [InlineData("foreign", "does not lead to a root that is trusted here")]
    [InlineData("file", "cannot be read")]
    public async Task What_is_wrong_with_a_certificate_is_said_of_its_slot(string wrong, string reason)
    {
        using var foreign = new TestAuthority("theirs", 1);
        await using var disks = new Disks(_authority, "downstairs0", "downstairs1", wrong switch
        {
            "name" => _authority.Identity("downstairs1"),
            "expired" => _authority.Identity("downstairs2", validDays: -2),
            "foreign" => foreign.Identity("downstairs2", trusts: _authority),
            _ => _authority.Identity("downstairs2"),
        });
        var watch = new StatusWatch();
        await using var set = Make(
            disks, () => wrong == "file" ? TlsIdentity.Load("/nowhere/c", "/nowhere/k", "/nowhere/r") : _authority.Identity("client"), watch);
        var activation = set.ActivateAsync(null, None);
        await watch.Until(s => s.Slots[2].LastError?.Contains(reason, StringComparison.Ordinal) == true);
        Assert.False(activation.IsCompleted);
        await set.DeactivateAsync(TimeSpan.Zero, None).WaitAsync(Patience);
    }

    private static RegionSet Make(Disks disks, Func<TlsIdentity> identity, StatusWatch? watch = null) => new(
        new RegionSetOptions(
            new UpstairsId(Guid.NewGuid()), [.. disks.All.Select(s => s.Address)], BlockSize, ServedDisk.BlocksPerExtent,
            ServedDisk.ExtentCount, ReadOnly: false, RegionSetOptions.DefaultFlushTimeout, StatusChanged: watch is null ? null : watch.Saw,
            Tls: identity),
        new Generation(1), new SessionId(Guid.NewGuid()), TimeProvider.System, NullLogger.Instance);

    private sealed class Disks : IAsyncDisposable
    {
        private readonly TlsIdentity[] _identities;

        public Disks(TestAuthority authority, params string[] names)
            : this([.. names.Select(name => authority.Identity(name))])
        {
        }

        public Disks(TestAuthority authority, string first, string second, TlsIdentity third)
            : this([authority.Identity(first), authority.Identity(second), third])
        {
        }

        private Disks(TlsIdentity[] identities)
        {
            _identities = identities;
            All = [.. identities.Select(identity => new ServedDisk(tls: identity))];
        }

        public ServedDisk[] All { get; }

        public async ValueTask DisposeAsync()
        {
            foreach (var disk in All)
                await disk.DisposeAsync();
            foreach (var identity in _identities)
                identity.Dispose();
        }
    }
}
