using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using PropolisActors.Gateway.Access;

namespace PropolisActors.Gateway.Tests.Access;

/// <summary>Who is let in, over real connections.</summary>
public sealed class AccessTests : IDisposable
{
    private const string Token = "0123456789abcdef0123456789abcdef";

    private readonly TestPki _pki = new();

    public void Dispose() => _pki.Dispose();

    [Theory]
    [InlineData("GET", "/instance")]
    [InlineData("PUT", "/instance")]
    [InlineData("PUT", "/instance/disk/x/vcr")]
    [InlineData("GET", "/vms")]
    [InlineData("DELETE", "/vms/x")]
    [InlineData("GET", "/events")]
    [InlineData("GET", "/metrics")]
    [InlineData("GET", "/nothing")]
    [InlineData("GET", "/healthz/")]
    [InlineData("POST", "//events")]
    public async Task Without_the_token_every_route_is_closed(string method, string path)
    {
        await using var server = await StartAsync(new AccessOptions(TokenFile: TokenFile()));
        foreach (var headers in new string[][]
        {
            [], ["authorization: Bearer wrong"], [$"authorization: {Token}"], [$"authorization: Bearer {Token}x"],
            ["connection: upgrade", "upgrade: websocket"],
        })
        {
            var refused = await server.Http.SendAsync(method, path, null, headers);
            Assert.Equal((401, "Unauthorized", "Bearer"), (refused.Status, refused.ErrorCode, refused.Headers["www-authenticate"]));
            Assert.Equal(refused.Headers["x-request-id"], refused.Json.GetProperty("request_id").GetString());
        }
    }

    [Fact]
    public async Task A_console_is_not_opened_without_the_token()
    {
        await using var server = await StartAsync(new AccessOptions(TokenFile: TokenFile()));
        string[] upgrade =
        [
            "connection: upgrade", "upgrade: websocket", "sec-websocket-version: 13",
            "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==",
        ];

        Assert.Equal(401, (await server.Http.SendAsync("GET", "/instance/serial", null, upgrade)).Status);
        Assert.Equal(101, (await server.Http.SendAsync(
            "GET", "/instance/serial", null, [.. upgrade, $"authorization: Bearer {Token}"])).Status);
    }

    [Fact]
    public async Task With_the_token_requests_go_on_and_whether_the_service_lives_may_be_asked_by_anybody()
    {
        await using var server = await StartAsync(new AccessOptions(TokenFile: TokenFile()));

        Assert.Equal(424, (await server.Http.SendAsync("GET", "/instance", null, $"authorization: Bearer {Token}")).Status);
        Assert.Equal(204, (await server.Http.SendWithAsync("GET", "/healthz", null)).Status);
    }

    [Fact]
    public async Task Over_tls_the_token_is_asked_for_as_well()
    {
        await using var server = await StartAsync(new AccessOptions(_pki.CertificateFile, _pki.KeyFile, TokenFile: TokenFile()));
        using var client = _pki.ClientOf(server.Address);

        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/instance")).StatusCode);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        Assert.Equal(HttpStatusCode.FailedDependency, (await client.GetAsync("/instance")).StatusCode);
    }

    [Fact]
    public async Task A_client_must_show_a_certificate_of_the_right_root_and_use()
    {
        using var stranger = new TestPki();
        await using var server = await StartAsync(new AccessOptions(_pki.CertificateFile, _pki.KeyFile, _pki.RootFile));

        Assert.True(await IsLetInAsync(server, _pki.Client()));
        Assert.False(await IsLetInAsync(server, null));
        Assert.False(await IsLetInAsync(server, stranger.Client()));
        Assert.False(await IsLetInAsync(server, _pki.NotForClients()));
    }

    [Fact]
    public async Task Plain_text_is_not_understood_where_tls_is_configured()
    {
        await using var server = await StartAsync(new AccessOptions(_pki.CertificateFile, _pki.KeyFile));

        await Assert.ThrowsAnyAsync<Exception>(() => server.Http.SendAsync("GET", "/instance"));
    }

    private async Task<bool> IsLetInAsync(GatewayServer server, X509Certificate2? certificate)
    {
        using (certificate)
        using (var client = _pki.ClientOf(server.Address, certificate))
        {
            try
            {
                return (await client.GetAsync("/instance")).StatusCode == HttpStatusCode.FailedDependency;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }
    }

    private string TokenFile() => _pki.Write("token", Token + "\n");

    private static Task<GatewayServer> StartAsync(AccessOptions access) => GatewayServer.StartAsync(
        ScriptedDirectory.Empty, GatewayOptions.Default with { Access = AccessControl.Load(access) });
}
