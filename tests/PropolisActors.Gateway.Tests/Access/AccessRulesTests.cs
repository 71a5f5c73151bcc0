using System.Net;
using Microsoft.Extensions.Primitives;
using PropolisActors.Gateway.Access;

namespace PropolisActors.Gateway.Tests.Access;

public sealed class AccessRulesTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.8.9.1")]
    [InlineData("::1")]
    public void The_loopback_needs_nothing(string address)
    {
        Assert.Null(AccessRules.WhyNot(IPAddress.Parse(address), new AccessOptions()));
        Assert.Null(AccessRules.Warning(IPAddress.Parse(address), new AccessOptions(IsInsecure: true)));
    }

    [Fact]
    public void Elsewhere_tls_and_a_way_to_know_clients_are_demanded_in_every_combination()
    {
        foreach (var address in new[] { "0.0.0.0", "::", "192.0.2.1", "fe80::1" })
        {
            for (var bits = 0; bits < 32; bits++)
            {
                var options = Combination(bits);
                var isTls = options is { CertificateFile: not null, KeyFile: not null };
                var isWhole = (options.CertificateFile is null) == (options.KeyFile is null)
                    && (options.ClientCaFile is null || isTls);
                var isGuarded = isTls && (options.ClientCaFile is not null || options.TokenFile is not null);

                Assert.Equal(isWhole && (isGuarded || options.IsInsecure), AccessRules.WhyNot(IPAddress.Parse(address), options) is null);
                if (isWhole && options.IsInsecure)
                    Assert.Equal(!isGuarded, AccessRules.Warning(IPAddress.Parse(address), options) is not null);
            }
        }
    }

    [Fact]
    public void A_token_is_taken_only_as_a_whole_and_only_once()
    {
        var token = BearerToken.From("0123456789abcdef\n")!;

        Assert.True(token.IsIn("Bearer 0123456789abcdef"));
        Assert.True(token.IsIn("bearer 0123456789abcdef"));
        Assert.False(token.IsIn(default));
        Assert.False(token.IsIn(""));
        Assert.False(token.IsIn("0123456789abcdef"));
        Assert.False(token.IsIn("Basic 0123456789abcdef"));
        Assert.False(token.IsIn("Bearer 0123456789abcde"));
        Assert.False(token.IsIn("Bearer 0123456789abcdeF"));
        Assert.False(token.IsIn("Bearer 0123456789abcdef0"));
        Assert.False(token.IsIn(new StringValues(["Bearer 0123456789abcdef", "Bearer 0123456789abcdef"])));
        Assert.False(token.IsIn("Bearer " + new string('a', 100_000)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0123456789abcde")]
    [InlineData("0123456789 abcdef")]
    [InlineData("0123456789\nabcdef")]
    [InlineData("0123456789abcdefé")]
    public void Other_text_is_no_token(string text) => Assert.Null(BearerToken.From(text));

    [Fact]
    public void A_secret_file_that_others_can_read_is_refused_with_what_to_do()
    {
        using var pki = new TestPki();
        var token = pki.Write("token", "0123456789abcdef");
        Assert.NotNull(AccessControl.Load(new AccessOptions(pki.CertificateFile, pki.KeyFile, pki.RootFile, token)));
        if (OperatingSystem.IsWindows())
            return;

        foreach (var file in new[] { token, pki.KeyFile })
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.GroupRead);
            var refused = Assert.Throws<AccessException>(
                () => AccessControl.Load(new AccessOptions(pki.CertificateFile, pki.KeyFile, null, token)));
            Assert.Equal($"{file} can be used by others than its owner: run 'chmod 600 {file}'.", refused.Message);
            File.SetUnixFileMode(file, UnixFileMode.UserRead);
        }
    }

    [Fact]
    public void A_file_that_holds_something_else_is_named()
    {
        using var pki = new TestPki();
        var other = pki.Write("other", "nonsense");

        foreach (var options in new[]
        {
            new AccessOptions(other, pki.KeyFile), new AccessOptions(pki.CertificateFile, other),
            new AccessOptions(ClientCaFile: other), new AccessOptions(TokenFile: other),
            new AccessOptions(TokenFile: other + ".missing"),
        })
            Assert.Contains(other, Assert.Throws<AccessException>(() => AccessControl.Load(options)).Message, StringComparison.Ordinal);
    }

    private static AccessOptions Combination(int bits)
    {
        string? If(int bit) => (bits & bit) != 0 ? "file" : null;
        return new AccessOptions(If(1), If(2), If(4), If(8), (bits & 16) != 0);
    }
}
