using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using LogLevel = Akka.Event.LogLevel;

namespace Akka.Conformance.Tests;

public sealed class HostingConfigurationTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Prepended_configuration_wins_and_appended_fills_in()
    {
        var config = await ConfigOf(akka => akka
            .AddHocon("x = first, y = first", HoconAddMode.Append)
            .AddHocon("x = second, z = second", HoconAddMode.Append)
            .AddHocon("y = third", HoconAddMode.Prepend));

        Assert.Equal(("first", "third", "second"), (config.GetString("x"), config.GetString("y"), config.GetString("z")));
    }

    [Fact]
    public async Task Replacing_configuration_wins()
    {
        var config = await ConfigOf(akka => akka
            .AddHocon("x = first", HoconAddMode.Append)
            .AddHocon("x = second", HoconAddMode.Replace));

        Assert.Equal("second", config.GetString("x"));
    }

    [Fact]
    public async Task The_defaults_lie_below_what_is_added()
    {
        var config = await ConfigOf(akka => akka.AddHocon("akka.loglevel = ERROR", HoconAddMode.Append));

        Assert.Equal("ERROR", config.GetString("akka.loglevel"));
        Assert.Equal("WARNING", config.GetString("akka.stdout-loglevel"));
    }

    [Fact]
    public async Task Sections_become_hocon_with_normalized_keys()
    {
        var sections = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Akka:Actor:Ask-Timeout"] = "7s",
            ["Akka:Log_Config_On_Start"] = "False",
            ["Akka:Remote.Dot-Netty:Port"] = "5",
            ["Akka:My:AskTimeout"] = "8s",
            ["Akka:My:List:0"] = "a b",
            ["Akka:My:List:1"] = "c",
        }).Build();

        var config = await ConfigOf(akka => akka.AddHocon(sections, HoconAddMode.Prepend));

        Assert.Equal(TimeSpan.FromSeconds(7), config.GetTimeSpan("akka.actor.ask-timeout"));
        Assert.False(config.GetBoolean("akka.log-config-on-start", true));
        Assert.Equal(["a b", "c"], config.GetStringList("akka.my.list"));
        Assert.Equal(5, config.GetInt("akka.remote.dot-netty.port"));

        // Lower case is all that is done to letters: pascal case does not become hyphens.
        Assert.Equal(TimeSpan.FromSeconds(8), config.GetTimeSpan("akka.my.asktimeout"));
    }

    [Fact]
    public async Task A_section_keeps_its_own_name()
    {
        var sections = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["Top:Akka:My:Key"] = "kept" }).Build();

        var config = await ConfigOf(akka => akka.AddHocon(sections.GetSection("Top:Akka"), HoconAddMode.Prepend));

        Assert.Equal("kept", config.GetString("akka.my.key"));
    }

    [Fact]
    public async Task Sections_keep_their_keys_when_asked_to()
    {
        var sections = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["Top:MixedCase"] = "kept" }).Build();

        var config = await ConfigOf(akka => akka.AddHocon(sections, HoconAddMode.Prepend, normalizeKeys: false));

        Assert.Equal("kept", config.GetString("Top.MixedCase"));
    }

    [Fact]
    public async Task The_ask_timeout_is_configuration()
    {
        var config = await ConfigOf(akka => akka.WithActorAskTimeout(TimeSpan.FromSeconds(3)));
        var endless = await ConfigOf(akka => akka.WithActorAskTimeout(Timeout.InfiniteTimeSpan));

        Assert.Equal(TimeSpan.FromSeconds(3), config.GetTimeSpan("akka.actor.ask-timeout"));
        Assert.Equal(Timeout.InfiniteTimeSpan, endless.GetTimeSpan("akka.actor.ask-timeout"));
    }

    [Fact]
    public async Task Extensions_start_with_the_system()
    {
        using var host = new HostBuilder().ConfigureServices(services =>
            services.AddAkka("hosted", akka => akka.WithExtensions(typeof(CounterProvider)))).Build();
        await host.StartAsync().WaitAsync(Patience);

        Assert.True(host.Services.GetRequiredService<ActorSystem>().HasExtension<Counter>());
        await host.StopAsync().WaitAsync(Patience);
    }

    [Fact]
    public async Task The_log_level_is_set_and_the_console_logger_can_be_left_out()
    {
        var config = await ConfigOf(akka => akka.ConfigureLoggers(log =>
        {
            log.LogLevel = LogLevel.DebugLevel;
            log.ClearLoggers();
        }));

        Assert.Equal("debug", config.GetString("akka.loglevel"), ignoreCase: true);
        Assert.Empty(config.GetStringList("akka.loggers"));
    }

    [Fact]
    public async Task Log_events_are_forwarded_to_microsoft_logging()
    {
        var sink = new CapturingProvider();
        using var host = new HostBuilder()
            .ConfigureLogging(logging => logging.AddProvider(sink).SetMinimumLevel(Microsoft.Extensions.Logging.LogLevel.Debug))
            .ConfigureServices(services => services.AddAkka("hosted", akka => akka
                .ConfigureLoggers(log =>
                {
                    log.ClearLoggers();
                    log.AddLoggerFactory();
                })
                .WithActors((system, registry) => registry.Register<Complains>(system.ActorOf<Complains>("complains")))))
            .Build();

        await host.StartAsync().WaitAsync(Patience);
        var complains = host.Services.GetRequiredService<ActorRegistry>().Get<Complains>();

        // The packages subscribe a logger some time after the start, and what comes before is lost to it: say it again.
        using var limit = new CancellationTokenSource(Patience);
        var first = sink.First("the disk");
        while (!first.IsCompleted)
        {
            complains.Tell("the disk");
            await Task.WhenAny(first, Task.Delay(TimeSpan.FromMilliseconds(100), limit.Token));
            limit.Token.ThrowIfCancellationRequested();
        }

        var (level, text, cause) = await first;

        Assert.Equal(Microsoft.Extensions.Logging.LogLevel.Warning, level);
        Assert.Contains("about the disk", text, StringComparison.Ordinal);
        Assert.IsType<TimeoutException>(cause);
        await host.StopAsync().WaitAsync(Patience);
    }

    private static async Task<Config> ConfigOf(Action<AkkaConfigurationBuilder> akka)
    {
        using var host = new HostBuilder().ConfigureServices(services => services.AddAkka("hosted", akka)).Build();
        await host.StartAsync().WaitAsync(Patience);
        var config = host.Services.GetRequiredService<ActorSystem>().Settings.Config;
        await host.StopAsync().WaitAsync(Patience);
        return config;
    }

    private sealed class Counter : IExtension;

    private sealed class CounterProvider : ExtensionIdProvider<Counter>
    {
        public override Counter CreateExtension(ExtendedActorSystem system) => new();
    }

    private sealed class Complains : ReceiveActor
    {
        public Complains() => Receive<string>(about =>
            Context.GetLogger().Warning(new TimeoutException("cause"), "Complaint about {0}", about));
    }

    private sealed class CapturingProvider : ILoggerProvider, ILogger
    {
        private readonly TaskCompletionSource<(Microsoft.Extensions.Logging.LogLevel, string, Exception?)> _found =
            new(TaskCreationOptions.RunContinuationsAsynchronously);

        private volatile string _wanted = "the disk";

        public Task<(Microsoft.Extensions.Logging.LogLevel Level, string Text, Exception? Cause)> First(string wanted)
        {
            _wanted = wanted;
            return _found.Task;
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(Microsoft.Extensions.Logging.LogLevel logLevel) => true;

        public void Log<TState>(
            Microsoft.Extensions.Logging.LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            var text = formatter(state, exception);
            if (text.Contains(_wanted, StringComparison.Ordinal))
                _found.TrySetResult((logLevel, text, exception));
        }

        public void Dispose()
        {
        }
    }
}
