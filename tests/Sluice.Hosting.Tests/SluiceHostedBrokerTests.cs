using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Sluice.Broker;
using Sluice.Metadata.Configs;

namespace Sluice.Hosting.Tests;

public sealed class SluiceHostedBrokerTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Serves_before_other_services_start_and_until_they_have_stopped()
    {
        HostApplicationBuilder builder = new(new HostApplicationBuilderSettings { ContentRootPath = _directory.Path, DisableDefaults = true });
        // Added first, and yet started after the broker.
        builder.Services.AddSingleton<WritingService>();
        builder.Services.AddHostedService(static provider => provider.GetRequiredService<WritingService>());
        builder.AddSluice(static options => options.Port = 0);
        using IHost host = builder.Build();

        await host.StartAsync();
        await host.StopAsync();

        host.Services.GetRequiredService<WritingService>().Offsets.ShouldBe([0, 0]);
        SluiceHostedBroker broker = host.Services.GetRequiredService<SluiceHostedBroker>();
        broker.IsRunning.ShouldBeFalse();
        Should.Throw<InvalidOperationException>(() => broker.BootstrapServers).Message.ShouldStartWith("The broker is not running.");
    }

    [Fact]
    public async Task Keeps_its_data_from_one_run_of_the_application_to_the_next()
    {
        string clusterId = "";
        for (int run = 0; run < 2; run++)
        {
            using IHost host = Hosts.Create(_directory, static options => options.DataDirectory = "kept").Build();
            await host.StartAsync();
            SluiceHostedBroker broker = host.Services.GetRequiredService<SluiceHostedBroker>();
            broker.DataDirectory.ShouldBe(Path.Combine(_directory.Path, "kept"));
            if (run == 0) clusterId = broker.ClusterId;
            broker.ClusterId.ShouldBe(clusterId);
            await host.StopAsync();
        }
    }

    [Fact]
    public async Task An_application_that_is_disposed_without_being_stopped_frees_the_port_and_the_directory()
    {
        int port;
        using (IHost host = Hosts.Create(_directory).Build())
        {
            await host.StartAsync();
            port = int.Parse(host.Services.GetRequiredService<SluiceHostedBroker>().BootstrapServers.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture);
        }

        using IHost next = Hosts.Create(_directory, options => options.Port = port).Build();
        await next.StartAsync();
        next.Services.GetRequiredService<SluiceHostedBroker>().BootstrapServers.ShouldBe($"127.0.0.1:{port}");
        await next.StopAsync();
    }

    [Fact]
    public async Task A_port_in_use_stops_the_start_of_the_application()
    {
        using TcpListener taken = new(IPAddress.Loopback, 0);
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;
        using IHost host = Hosts.Create(_directory, options => options.Port = port).Build();

        (await Should.ThrowAsync<BrokerStartException>(() => host.StartAsync())).Message.ShouldContain("the port is in use");
    }

    [Fact]
    public async Task Logs_go_to_the_application_and_settings_without_effect_are_reported()
    {
        ConcurrentQueue<string> lines = [];
        HostApplicationBuilder builder = Hosts.Create(_directory, static options => options.Settings["num.network.threads"] = "4");
        builder.Services.AddLogging(logging => logging.AddProvider(new QueueLogging(lines)));
        using IHost host = builder.Build();

        await host.StartAsync();
        await host.StopAsync();

        lines.ShouldContain(static line => line.StartsWith("SettingReported", StringComparison.Ordinal) && line.Contains("num.network.threads", StringComparison.Ordinal));
        lines.ShouldContain(static line => line.StartsWith("Listening", StringComparison.Ordinal));
        lines.ShouldContain(static line => line.StartsWith("Stopped", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Adding_it_twice_makes_one_broker_with_what_both_said()
    {
        HostApplicationBuilder builder = Hosts.Create(_directory);
        builder.AddSluice(static options => options.DataDirectory = "second");
        using IHost host = builder.Build();

        await host.StartAsync();

        host.Services.GetServices<SluiceHostedBroker>().Count().ShouldBe(1);
        host.Services.GetRequiredService<SluiceHostedBroker>().DataDirectory.ShouldEndWith("second");
        host.Services.GetRequiredService<IOptions<SluiceOptions>>().Value.Port.ShouldBe(0);
        await host.StopAsync();
    }

    [Fact]
    public async Task Each_listener_has_an_address_by_name_and_by_protocol()
    {
        using IHost host = Hosts.Create(_directory, static options =>
        {
            options.Settings["listeners"] = "INSIDE://127.0.0.1:0,CLIENTS://localhost:0,SIX://127.0.0.1:0";
            options.Settings["advertised.listeners"] = "INSIDE://127.0.0.1:0,CLIENTS://localhost:0,SIX://[::1]:9094";
            options.Settings["listener.security.protocol.map"] = "INSIDE:PLAINTEXT,CLIENTS:SASL_PLAINTEXT,SIX:PLAINTEXT";
            options.Settings["sasl.enabled.mechanisms"] = "PLAIN";
            options.Settings["listener.name.clients.plain.sasl.jaas.config"] =
                "org.apache.kafka.common.security.plain.PlainLoginModule required user_alice=\"secret\";";
        }).Build();
        await host.StartAsync();
        SluiceHostedBroker broker = host.Services.GetRequiredService<SluiceHostedBroker>();

        broker.Endpoints.Select(static endpoint => endpoint.ListenerName).ShouldBe(["INSIDE", "CLIENTS", "SIX"]);
        broker.BootstrapServers.ShouldBe($"127.0.0.1:{broker.Endpoints[0].AdvertisedPort}");
        broker.BootstrapServersOf("clients").ShouldBe($"localhost:{broker.Endpoints[1].AdvertisedPort}");
        broker.BootstrapServersOf("SIX").ShouldBe("[::1]:9094");
        broker.BootstrapServersOf(SecurityProtocol.Plaintext).ShouldBe(broker.BootstrapServers);
        broker.BootstrapServersOf(SecurityProtocol.SaslPlaintext).ShouldBe(broker.BootstrapServersOf("CLIENTS"));
        Should.Throw<ArgumentException>(() => broker.BootstrapServersOf("OUTSIDE"))
            .Message.ShouldStartWith("The broker has no listener for OUTSIDE; it has INSIDE (Plaintext), CLIENTS (SaslPlaintext), SIX (Plaintext).");
        Should.Throw<ArgumentException>(() => broker.BootstrapServersOf(SecurityProtocol.Ssl)).Message.ShouldStartWith("The broker has no listener for Ssl;");
        await host.StopAsync();
    }

    private sealed class WritingService(SluiceHostedBroker broker) : IHostedService
    {
        public ConcurrentQueue<long> Offsets { get; } = [];

        public async Task StartAsync(CancellationToken cancellationToken) => Offsets.Enqueue(await Hosts.ProduceAsync(broker.BootstrapServers, "started", "one"));

        public async Task StopAsync(CancellationToken cancellationToken) => Offsets.Enqueue(await Hosts.ProduceAsync(broker.BootstrapServers, "stopped", "one"));
    }

    private sealed class QueueLogging(ConcurrentQueue<string> lines) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{eventId.Name}: {formatter(state, exception)}");

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Dispose()
        {
        }
    }
}
