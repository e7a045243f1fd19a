using System.Net;
using Sluice.Bench.Load.Brokers;
using Sluice.Bench.Load.CommandLine;
using Sluice.Bench.Load.Wire;
using Sluice.Broker;
using Sluice.Metadata.Configs;

namespace Sluice.Bench.Micro.Support;

/// <summary>A broker in this process, on a free port, with a directory of its own.</summary>
internal sealed class InProcessBroker : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory;
    private readonly BrokerServer _server;
    private readonly BrokerUnderTest _client;

    private InProcessBroker(TemporaryDirectory directory, BrokerServer server, BrokerUnderTest client)
    {
        _directory = directory;
        _server = server;
        _client = client;
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint Endpoint => _client.Endpoint;

    /// <summary>Starts it.</summary>
    public static async Task<InProcessBroker> StartAsync()
    {
        var directory = new TemporaryDirectory();
        try
        {
            StaticConfig config = StaticConfig.Create(
                [new ConfigEntry("listeners", "PLAINTEXT://127.0.0.1:0", "bench"), new ConfigEntry("log.dir", directory.Path, "bench")]);
            BrokerServer server = await BrokerServer.StartAsync(new BrokerOptions { Config = config });
            try
            {
                LoadOptions options = LoadOptions.Read(["--bootstrap-server", server.Endpoints[0].Address.ToString()]);
                return new InProcessBroker(directory, server, await BrokerUnderTest.OpenAsync(options, CancellationToken.None));
            }
            catch
            {
                await server.DisposeAsync();
                throw;
            }
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }

    /// <summary>Makes a topic of one partition.</summary>
    public Task<BenchTopic> CreateTopicAsync() => _client.CreateTopicAsync(1, null, CancellationToken.None);

    /// <summary>Connects.</summary>
    public WireSocket Connect() => _client.Connect();

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _server.DisposeAsync();
        _directory.Dispose();
    }
}
