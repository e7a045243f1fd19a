using System.Net;
using Sluice.Bench.Load.CommandLine;
using Sluice.Bench.Load.Processes;
using Sluice.Bench.Load.Wire;
using Sluice.Client;
using Sluice.Client.Admin;
using Sluice.Protocol;

namespace Sluice.Bench.Load.Brokers;

/// <summary>The broker that a run talks to: one started for it, or one that was there before.</summary>
internal sealed class BrokerUnderTest : IAsyncDisposable
{
    private readonly BrokerProcess? _process;
    private readonly TemporaryDirectory? _directory;
    private readonly KafkaCluster _cluster;
    private readonly List<string> _topics = [];

    private BrokerUnderTest(BrokerProcess? process, TemporaryDirectory? directory, KafkaCluster cluster, IPEndPoint endpoint, int? processId)
    {
        _process = process;
        _directory = directory;
        _cluster = cluster;
        Endpoint = endpoint;
        ProcessId = processId;
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint Endpoint { get; }

    /// <summary>Its process; null = not known.</summary>
    public int? ProcessId { get; }

    /// <summary>Starts the broker that the options name, or finds the one that runs.</summary>
    /// <exception cref="UsageException">The options name neither, or it does not start.</exception>
    /// <exception cref="KafkaException">Nobody answers.</exception>
    public static async Task<BrokerUnderTest> OpenAsync(LoadOptions options, CancellationToken cancellationToken)
    {
        if (options.BootstrapServer is { } server)
        {
            if (options.Broker is not null) throw new UsageException("--broker starts a broker and --bootstrap-server uses one that runs: give one of them");
            if (!BrokerEndpoint.TryParse(server, out BrokerEndpoint? found)) throw new UsageException($"'{server}' is not host:port");
            KafkaCluster attached = await KafkaCluster.ConnectAsync(server, null, cancellationToken);
            IPAddress address = (await Dns.GetHostAddressesAsync(found.Host, cancellationToken))[0];
            return new BrokerUnderTest(null, null, attached, new IPEndPoint(address, found.Port), options.BrokerProcessId);
        }

        TemporaryDirectory? directory = options.DataDirectory is null ? new TemporaryDirectory() : null;
        BrokerProcess? process = null;
        try
        {
            process = BrokerProcess.Start(options, options.DataDirectory ?? directory!.Path);
            KafkaCluster cluster = await KafkaCluster.ConnectAsync(process.Endpoint.ToString(), null, cancellationToken);
            return new BrokerUnderTest(process, directory, cluster, process.Endpoint, process.Id);
        }
        catch
        {
            process?.Dispose();
            directory?.Dispose();
            throw;
        }
    }

    /// <summary>What the broker's process has cost so far; null = its process is not known.</summary>
    public ProcessSample? Sample() => ProcessId is { } id ? ProcessSample.Take(id) : null;

    /// <summary>Makes a topic for this run; it is deleted afterwards.</summary>
    /// <param name="partitionCount">Partitions.</param>
    /// <param name="configs">Topic settings, or null.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<BenchTopic> CreateTopicAsync(int partitionCount, IReadOnlyDictionary<string, string>? configs, CancellationToken cancellationToken)
    {
        string name = $"sluice-load-{Guid.NewGuid():N}";
        CreatedTopic created = await new AdminClient(_cluster).CreateTopicAsync(new NewTopic(name, partitionCount, 1, configs), cancellationToken);
        _topics.Add(name);
        KafkaConnection connection = await _cluster.AnyAsync(cancellationToken);
        return new BenchTopic(name, created.Id, connection.HighestCommonVersion(ApiKey.Produce), connection.HighestCommonVersion(ApiKey.Fetch));
    }

    /// <summary>The file that holds the beginning of a partition.</summary>
    /// <exception cref="UsageException">The broker's directory cannot be read here.</exception>
    public async Task<string> FirstSegmentAsync(BenchTopic topic, int partition, CancellationToken cancellationToken)
    {
        int brokerId = _cluster.Metadata.Brokers.Keys.First();
        IReadOnlyList<LogDirectory> directories = await new AdminClient(_cluster).DescribeLogDirsAsync(brokerId, topic.Name, cancellationToken);
        string path = directories
            .Where(directory => directory.Partitions.Any(held => held.Partition == partition))
            .Select(directory => Path.Combine(directory.Path, $"{topic.Name}-{partition}", "00000000000000000000.log"))
            .FirstOrDefault() ?? throw new UsageException("the broker does not say where it keeps the topic");
        return File.Exists(path) ? path : throw new UsageException($"the broker's file {path} cannot be read here: this command needs a broker on this machine");
    }

    /// <summary>Connects for a load.</summary>
    public WireSocket Connect() => WireSocket.Connect(Endpoint);

    /// <summary>Deletes the topics that were made, and ends the broker if it was started here.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            // A broker that ends, with its directory, takes its topics along.
            foreach (string topic in _process is null || _directory is null ? _topics : [])
            {
                await new AdminClient(_cluster).DeleteTopicAsync(topic);
            }
        }
        catch (KafkaException exception)
        {
            await Console.Error.WriteLineAsync($"a topic of this run was left behind: {exception.Message}");
        }

        await _cluster.DisposeAsync();
        _process?.Dispose();
        _directory?.Dispose();
    }
}
