using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Crucible.Net.Connections;
using Crucible.Net.Tests.Downstairs;
using Crucible.Wire;
using Blocks = Crucible.Net.Tests.Regions.Blocks;

namespace Crucible.Net.Tests.Connections;

public sealed class TlsTests : IDisposable
{
    private const string ServerOnly = "1.3.6.1.5.5.7.3.1";
    private const string ClientOnly = "1.3.6.1.5.5.7.3.2";
    private readonly TestAuthority _authority = new("root", 0);
    private readonly TestAuthority _stranger = new("stranger", 1);

    public void Dispose()
    {
        _authority.Dispose();
        _stranger.Dispose();
    }

    [Theory]
    [InlineData("pkcs1")]
    [InlineData("pkcs8")]
    [InlineData("ec")]
    public async Task Both_ends_speak_whatever_the_form_of_their_keys(string keyForm)
    {
        using var server = _authority.Identity("downstairs1", keyForm, usage: ServerOnly);
        using var client = _authority.Identity(null, keyForm, usage: ClientOnly);
        await using var served = await ServedRegion.StartAsync(Blocks.Small, new() { Tls = server });

        await using var stream = await ConnectAsync(served, client, "downstairs1");

        await PingAsync(stream);
    }

    [Theory]
    [InlineData("foreign", TlsFault.PeerForeign)]
    [InlineData("expired", TlsFault.PeerExpired)]
    [InlineData("name", TlsFault.PeerNameWrong)]
    [InlineData("unnamed", TlsFault.PeerNameWrong)]
    [InlineData("usage", TlsFault.PeerUsageWrong)]
    public async Task Server_that_is_not_the_one_wanted_is_refused_with_the_reason(string what, TlsFault fault)
    {
        using var client = _authority.Identity(null);
        using var server = what switch
        {
            "foreign" => _stranger.Identity("downstairs0", trusts: _authority),
            "expired" => _authority.Identity("downstairs0", validDays: -1),
            "name" => _authority.Identity("downstairs2"),
            "unnamed" => _authority.Identity(null),
            _ => _authority.Identity("downstairs0", usage: ClientOnly),
        };
        await using var served = await ServedRegion.StartAsync(Blocks.Small, new() { Tls = server });

        var refused = await Assert.ThrowsAsync<TlsException>(() => ConnectAsync(served, client, "downstairs0"));

        Assert.Equal(fault, refused.Fault);
    }

    [Theory]
    [InlineData("foreign", TlsFault.PeerForeign)]
    [InlineData("expired", TlsFault.PeerExpired)]
    [InlineData("usage", TlsFault.PeerUsageWrong)]
    [InlineData("none", TlsFault.PeerWithoutCertificate)]
    [InlineData("plain", TlsFault.HandshakeFailed)]
    [InlineData("gone", TlsFault.HandshakeFailed)]
    public async Task Client_that_may_not_come_in_is_refused_with_the_reason(string what, TlsFault fault)
    {
        using var server = _authority.Identity("downstairs0");
        var (ours, theirs) = await SocketPairAsync();
        var accepting = TlsHandshake.AcceptAsync(
            ours, server, WireClient.Patience, TimeProvider.System, CancellationToken.None);

        var knocking = KnockAsync(theirs, what);

        Assert.Equal(fault, (await Assert.ThrowsAsync<TlsException>(() => accepting)).Fault);
        await knocking;
    }

    [Fact]
    public async Task Handshake_that_stalls_holds_up_nobody()
    {
        using var server = _authority.Identity("downstairs0");
        using var client = _authority.Identity(null);
        await using var served = await ServedRegion.StartAsync(Blocks.Small, new() { Tls = server });
        using var silent = await served.ConnectAsync();
        using var half = await served.ConnectAsync();
        await half.SendAsync(new byte[] { 22 });

        await using var stream = await ConnectAsync(served, client, "downstairs0");

        await PingAsync(stream);
    }

    [Fact]
    public async Task Handshake_that_stalls_is_given_up()
    {
        using var server = _authority.Identity("downstairs0");
        await using var served = await ServedRegion.StartAsync(
            Blocks.Small, new() { Tls = server, HandshakeMax = TimeSpan.FromMilliseconds(20) });
        using var silent = await served.ConnectAsync();

        Assert.Null(await silent.ReceiveAsync());
    }

    [Fact]
    public async Task Plain_peer_gets_nothing_from_a_secured_server()
    {
        using var server = _authority.Identity("downstairs0");
        await using var served = await ServedRegion.StartAsync(Blocks.Small, new() { Tls = server });
        using var plain = await served.ConnectAsync();

        await plain.SendAsync(Jobs.Hello());

        // At most a TLS alert, whose first byte is 21, and then the end.
        var frame = await plain.ReceiveFrameAsync();
        Assert.True(frame is null || frame[0] == 21);
    }

    [Fact]
    public void Unusable_files_are_named()
    {
        using var directory = new TemporaryDirectory();
        var (certificate, key) = _authority.Issue("downstairs0");
        var (_, otherKey) = _authority.Issue("downstairs0", "ec");
        File.WriteAllText(directory["cert.pem"], certificate);
        File.WriteAllText(directory["key.pem"], key);
        File.WriteAllText(directory["other.pem"], otherKey);
        File.WriteAllText(directory["root.pem"], _authority.RootPem);
        File.WriteAllText(directory["empty.pem"], "");

        AssertFault(TlsFault.FileUnreadable, "missing.pem", "missing.pem", "key.pem", "root.pem");
        AssertFault(TlsFault.FileUnreadable, "missing.pem", "cert.pem", "key.pem", "missing.pem");
        AssertFault(TlsFault.CertificateUnreadable, "empty.pem", "empty.pem", "key.pem", "root.pem");
        AssertFault(TlsFault.CertificateUnreadable, "key.pem", "cert.pem", "key.pem", "key.pem");
        AssertFault(TlsFault.KeyUnusable, "other.pem", "cert.pem", "other.pem", "root.pem");
        AssertFault(TlsFault.KeyUnusable, "empty.pem", "cert.pem", "empty.pem", "root.pem");
        TlsIdentity.Load(directory["cert.pem"], directory["key.pem"], directory["root.pem"]).Dispose();

        void AssertFault(TlsFault fault, string names, string cert, string keyFile, string root)
        {
            var e = Assert.Throws<TlsException>(
                () => TlsIdentity.Load(directory[cert], directory[keyFile], directory[root]));
            Assert.Equal(fault, e.Fault);
            Assert.Contains(names, e.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("PRIVATE", e.Message, StringComparison.Ordinal);
        }
    }

    private static async Task<Stream> ConnectAsync(ServedRegion served, TlsIdentity identity, string name)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(served.Server.LocalEndPoint).WaitAsync(WireClient.Patience);
        return await TlsHandshake.ConnectAsync(
            new NetworkStream(socket, ownsSocket: true), identity, name, WireClient.Patience, TimeProvider.System,
            CancellationToken.None);
    }

    private static async Task PingAsync(Stream stream)
    {
        await stream.WriteAsync(Jobs.Encoded(new Message.Ruok()));
        var answer = new byte[8];
        await stream.ReadExactlyAsync(answer).AsTask().WaitAsync(WireClient.Patience);
        Assert.Equal(Jobs.Encoded(new Message.Imok()), answer);
    }

    private async Task KnockAsync(Stream transport, string what)
    {
        try
        {
            switch (what)
            {
                case "plain":
                    await transport.WriteAsync(Jobs.Encoded(Jobs.Hello()));
                    break;
                case "gone":
                    await transport.DisposeAsync();
                    return;
                case "none":
                    await using (var bare = new SslStream(transport, false, (_, _, _, _) => true))
                        await bare.AuthenticateAsClientAsync("downstairs0");
                    return;
                default:
                    using (var client = what switch
                    {
                        "foreign" => _stranger.Identity(null, trusts: _authority),
                        "expired" => _authority.Identity(null, validDays: -1),
                        _ => _authority.Identity(null, usage: ServerOnly),
                    })
                    await using (await TlsHandshake.ConnectAsync(
                        transport, client, "downstairs0", WireClient.Patience, TimeProvider.System,
                        CancellationToken.None))
                        return;
            }
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            // With TLS 1.2 the refusal is seen here already, with 1.3 only at the first read.
        }
    }

    private static async Task<(Stream Ours, Stream Theirs)> SocketPairAsync()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        listener.Listen();
        var theirs = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await theirs.ConnectAsync(listener.LocalEndPoint!).WaitAsync(WireClient.Patience);
        var ours = await listener.AcceptAsync().WaitAsync(WireClient.Patience);
        return (new NetworkStream(ours, true), new NetworkStream(theirs, true));
    }
}
