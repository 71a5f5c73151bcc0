using PropolisActors.Cli.Client;

namespace PropolisActors.Cli.Tests.Client;

public sealed class ApiTargetTests
{
    [Theory]
    [InlineData("127.0.0.1:12400", "http://127.0.0.1:12400/")]
    [InlineData("127.0.0.1:80", "http://127.0.0.1/")]
    [InlineData("http://127.0.0.1:80/", "http://127.0.0.1/")]
    [InlineData("http://127.0.0.1:5", "http://127.0.0.1:5/")]
    [InlineData("[::1]:7", "http://[::1]:7/")]
    [InlineData("[::1]", "http://[::1]:12400/")]
    [InlineData("sled7", "http://sled7:12400/")]
    [InlineData("https://sled7", "https://sled7:12400/")]
    [InlineData("https://sled7:443", "https://sled7/")]
    public void A_server_is_read_with_or_without_scheme_and_port(string text, string uri) =>
        Assert.Equal(uri, ApiTarget.ParseServer(text)?.AbsoluteUri);

    [Theory]
    [InlineData("")]
    [InlineData("host:x")]
    [InlineData("http://host:1/instance")]
    [InlineData("user@host:1")]
    public void What_is_no_server_is_not_read(string text) => Assert.Null(ApiTarget.ParseServer(text));

    [Fact]
    public void A_named_vm_has_its_name_before_the_path()
    {
        var server = new Uri("http://127.0.0.1:1");

        Assert.Equal("/instance/state", new ApiTarget(server, Vm: null).PathOf("/instance/state"));
        Assert.Equal("/vms/a%2Fb/instance/state", new ApiTarget(server, "a/b").PathOf("/instance/state"));
    }
}
