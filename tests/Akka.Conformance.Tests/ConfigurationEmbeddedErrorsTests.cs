using Akka.Actor;
using Akka.Configuration;
using Akka.Configuration.Hocon;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Akka.Conformance.Tests;

/// <summary>Errors and includes of configurations, which the packages have otherwise or not at all.</summary>
public sealed class ConfigurationEmbeddedErrorsTests
{
    [Fact]
    public void Malformed_text_is_a_configuration_exception_that_names_its_place()
    {
        var error = Assert.Throws<HoconParserException>(() => ConfigurationFactory.ParseString("a = 1\nb = {"));

        Assert.IsAssignableFrom<ConfigurationException>(error);
        Assert.Equal(("hocon", 2, 5), (error.File, error.Line, error.Column));
        Assert.StartsWith("hocon:2:5: ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a = secret", "a: expected a 32-bit integer, found other text")]
    [InlineData("a = [1]", "a: expected a 32-bit integer, found an array")]
    [InlineData("a { b = 1 }", "a: expected a 32-bit integer, found an object")]
    public void A_value_of_another_kind_is_refused_by_path_and_without_its_text(string hocon, string message)
    {
        var config = ConfigurationFactory.ParseString(hocon);

        Assert.Equal(message, Assert.Throws<ConfigurationException>(() => config.GetInt("a")).Message);
    }

    [Fact]
    public void A_path_that_is_none_is_refused() =>
        Assert.Throws<HoconParserException>(() => ConfigurationFactory.Empty.GetString("a..b"));

    [Fact]
    public void A_missing_resource_is_named() =>
        Assert.Contains("absent.hocon", Assert.Throws<ConfigurationException>(() =>
            ConfigurationFactory.FromResource<ConfigurationEmbeddedErrorsTests>("absent.hocon")).Message,
            StringComparison.Ordinal);

    [Fact]
    public void A_file_of_a_host_may_include_others()
    {
        var directory = Directory.CreateTempSubdirectory("hocon");
        try
        {
            File.WriteAllText(Path.Combine(directory.FullName, "main.hocon"), "include \"part\"\nx = main");
            File.WriteAllText(Path.Combine(directory.FullName, "part"), "x = part, y = part");

            var config = Load(Path.Combine(directory.FullName, "main.hocon"));

            Assert.Equal(("main", "part"), (config.GetString("x"), config.GetString("y")));
            var absent = Path.Combine(directory.FullName, "absent.hocon");
            Assert.Contains(absent, Assert.Throws<ConfigurationException>(() => Load(absent)).Message,
                StringComparison.Ordinal);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static Config Load(string file)
    {
        using var host = new HostBuilder().ConfigureServices(services => services.AddAkka("hosted",
            akka => akka.AddHoconFile(file, HoconAddMode.Prepend))).Build();
        return host.Services.GetRequiredService<ActorSystem>().Settings.Config;
    }
}
