using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Broker;
using Sluice.Metadata.Configs;

namespace Sluice.Conformance.Peers;

/// <summary>A broker inside the test process, on a port and in a data folder of its own.</summary>
public sealed class InProcessBroker : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;

    private InProcessBroker(TemporaryFolder folder, BrokerServer server)
    {
        _folder = folder;
        Server = server;
    }

    public BrokerServer Server { get; }

    public int Port => Server.Endpoints[0].Address.Port;

    public string DataFolder => _folder.Path;

    public string BootstrapServers => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    /// <summary>Starts a broker.</summary>
    /// <param name="settings">Kafka's names and values; <c>{folder}</c> in a value stands for the data folder.</param>
    public static Task<InProcessBroker> StartAsync(params IEnumerable<(string Name, string Value)> settings) => StartAsync(NullLoggerFactory.Instance, LogLevel.Trace, settings);

    /// <inheritdoc cref="StartAsync(IEnumerable{ValueTuple{string, string}})"/>
    /// <param name="loggers">Gets what the broker says.</param>
    /// <param name="level">What it says to begin with.</param>
    public static async Task<InProcessBroker> StartAsync(ILoggerFactory loggers, LogLevel level, params IEnumerable<(string Name, string Value)> settings)
    {
        TemporaryFolder folder = new("data");
        (string Name, string Value)[] all =
        [
            ("node.id", "1"),
            ("listeners", "PLAINTEXT://127.0.0.1:0"),
            ("log.dirs", folder.Path),
            .. settings,
        ];
        BrokerOptions options = new()
        {
            Config = StaticConfig.Create(all.Select(setting => new ConfigEntry(setting.Name, setting.Value.Replace("{folder}", folder.Path, StringComparison.Ordinal), "the test"))),
            LoggerFactory = loggers,
            LogLevel = level,
        };
        try
        {
            return new InProcessBroker(folder, await BrokerServer.StartAsync(options));
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _folder.Dispose();
    }
}
