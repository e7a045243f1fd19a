using Sluice.Broker;
using Sluice.Metadata.Configs;

namespace Sluice.Cli.Tests.Support;

/// <summary>A broker in this process with a directory of its own, shared by the tests of a class; each test uses topics of its own.</summary>
public sealed class TestBroker : IAsyncLifetime
{
    private readonly string _directory = Path.Combine(Path.GetTempPath(), $"sluice-cli-{Guid.NewGuid():N}");
    private BrokerServer? _server;

    /// <summary>Where it keeps its logs.</summary>
    internal string DataDirectory => _directory;

    /// <summary>host:port.</summary>
    internal string BootstrapServer { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(_directory);
        _server = await StartAsync("127.0.0.1:0");
        BootstrapServer = $"127.0.0.1:{_server.Endpoints[0].AdvertisedPort}";
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>Stops the broker; what it stores stays.</summary>
    internal async Task StopAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        _server = null;
    }

    /// <summary>Starts it again at the same address.</summary>
    internal async Task StartAgainAsync() => _server = await StartAsync(BootstrapServer);

    private async Task<BrokerServer> StartAsync(string address)
    {
        StaticConfig config = StaticConfig.Create(
        [
            new ConfigEntry("listeners", $"PLAINTEXT://{address}", "test"),
            new ConfigEntry("log.dirs", _directory, "test"),
        ]);
        config.Errors.ShouldBeEmpty();
        return await BrokerServer.StartAsync(new BrokerOptions { Config = config });
    }

    internal static string NewTopic() => $"t-{Guid.NewGuid():N}";

    internal Task<CliOutcome> RunAsync(params string[] arguments) => TestCli.RunAsync(arguments, bootstrapServer: BootstrapServer);

    internal Task<CliOutcome> RunWithInputAsync(string input, params string[] arguments) => TestCli.RunAsync(arguments, input, BootstrapServer);

    internal async Task<string> CreateTopicAsync(int partitionCount = 1)
    {
        string topic = NewTopic();
        (await RunAsync("topic", "create", topic, "--partitions", $"{partitionCount}")).ShouldSucceed();
        return topic;
    }
}
