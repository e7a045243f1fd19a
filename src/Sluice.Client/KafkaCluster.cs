using System.Collections.Concurrent;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Client;

/// <summary>A cluster as a client sees it: which brokers there are, which of them leads which partition, and connections to them.</summary>
/// <remarks>Safe for any number of callers at once. Shared by the clients built on it, and disposed after them by whoever opened it.</remarks>
public sealed class KafkaCluster : IAsyncDisposable
{
    private readonly IReadOnlyList<BrokerEndpoint> _bootstrapServers;
    private readonly BrokerConnections _connections;
    private readonly ConcurrentDictionary<string, TopicMetadata> _topics = new(StringComparer.Ordinal);
    private volatile ClusterMetadata _metadata = new(null, -1, new Dictionary<int, BrokerMetadata>(), new Dictionary<string, TopicMetadata>());

    private KafkaCluster(IReadOnlyList<BrokerEndpoint> bootstrapServers, KafkaClientOptions options)
    {
        _bootstrapServers = bootstrapServers;
        Options = options;
        _connections = new BrokerConnections(options);
    }

    /// <summary>How connections are made.</summary>
    public KafkaClientOptions Options { get; }

    /// <summary>The last answer to a Metadata request. Its topics are only those of that answer.</summary>
    public ClusterMetadata Metadata => _metadata;

    /// <summary>Calls the first bootstrap server that answers and learns the cluster's brokers from it.</summary>
    /// <param name="bootstrapServers">One or more <c>host:port</c>, separated by commas.</param>
    /// <param name="options">Null = defaults.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The cluster, to be disposed by the caller.</returns>
    /// <exception cref="ArgumentException"><paramref name="bootstrapServers"/> names no endpoint.</exception>
    /// <exception cref="KafkaException">None of the servers answers.</exception>
    public static async Task<KafkaCluster> ConnectAsync(
        string bootstrapServers,
        KafkaClientOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        IReadOnlyList<BrokerEndpoint> endpoints = BrokerEndpoint.ParseList(bootstrapServers);
        if (endpoints.Count == 0) throw new ArgumentException($"'{bootstrapServers}' is not host:port[,host:port...].", nameof(bootstrapServers));
        var cluster = new KafkaCluster(endpoints, options ?? new KafkaClientOptions());
        try
        {
            await cluster.RefreshAsync([], cancellationToken).ConfigureAwait(false);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Asks for the brokers and for some topics. Topics are never created by asking.</summary>
    /// <param name="topics">Names; empty = brokers only; null = every topic.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The answer. Topics that do not exist, or are not to be seen, are missing from it.</returns>
    /// <exception cref="KafkaException">No broker answers, or one of the names is no valid name.</exception>
    public async Task<ClusterMetadata> RefreshAsync(IReadOnlyCollection<string>? topics, CancellationToken cancellationToken = default)
    {
        KafkaConnection connection = await AnyAsync(cancellationToken).ConfigureAwait(false);
        var request = new MetadataRequest { AllowAutoTopicCreation = false };
        if (topics is null)
        {
            request.Topics = null;
        }
        else
        {
            request.Topics ??= new MessageList<MetadataRequest.MetadataRequestTopic>();
            foreach (string topic in topics) request.Topics.Add().Name = topic;
        }

        MetadataResponse response = await connection.SendAsync(request, null, cancellationToken).ConfigureAwait(false);
        if (response.ErrorCode != ErrorCode.None) throw KafkaException.FromResponse(response.ErrorCode);
        ClusterMetadata metadata = MetadataReader.Read(response);
        foreach (TopicMetadata topic in metadata.Topics.Values) _topics[topic.Name] = topic;
        foreach (string topic in topics ?? [])
        {
            if (!metadata.Topics.ContainsKey(topic)) _topics.TryRemove(topic, out _);
        }

        return _metadata = metadata;
    }

    /// <summary>What is known about a topic; asks only if nothing is known yet.</summary>
    /// <param name="topic">Its name.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="KafkaException">There is no such topic: <see cref="ErrorCode.UnknownTopicOrPartition"/>.</exception>
    public ValueTask<TopicMetadata> TopicAsync(string topic, CancellationToken cancellationToken = default) =>
        _topics.TryGetValue(topic, out TopicMetadata? known) ? new ValueTask<TopicMetadata>(known) : LoadTopicAsync(topic, cancellationToken);

    /// <summary>What is known about a topic without asking.</summary>
    /// <param name="topic">Its name.</param>
    /// <returns>Null = nothing.</returns>
    public TopicMetadata? FindTopic(string topic) => _topics.GetValueOrDefault(topic);

    /// <summary>A connection to any broker.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Shared: not to be disposed by the caller.</returns>
    /// <exception cref="KafkaException">None of the known brokers and bootstrap servers answers.</exception>
    public async Task<KafkaConnection> AnyAsync(CancellationToken cancellationToken = default)
    {
        KafkaException? first = null;
        foreach (BrokerEndpoint endpoint in _bootstrapServers.Concat(_metadata.Brokers.Values.Select(broker => broker.Endpoint)).Distinct())
        {
            try
            {
                return await _connections.GetAsync(endpoint, cancellationToken).ConfigureAwait(false);
            }
            catch (KafkaException exception)
            {
                // The next endpoint may answer. If none does, the first one's reason is the one to tell.
                first ??= exception;
            }
        }

        throw first!;
    }

    /// <summary>A connection to one broker.</summary>
    /// <param name="brokerId">Its id.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Shared: not to be disposed by the caller.</returns>
    /// <exception cref="KafkaException">There is no such broker, or it does not answer.</exception>
    public async Task<KafkaConnection> BrokerAsync(int brokerId, CancellationToken cancellationToken = default) =>
        await _connections.GetAsync(await EndpointAsync(brokerId, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    /// <summary>Where a broker listens.</summary>
    /// <param name="brokerId">Its id.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="KafkaException">There is no such broker.</exception>
    public async Task<BrokerEndpoint> EndpointAsync(int brokerId, CancellationToken cancellationToken = default)
    {
        if (_metadata.Brokers.TryGetValue(brokerId, out BrokerMetadata? broker)) return broker.Endpoint;
        ClusterMetadata metadata = await RefreshAsync([], cancellationToken).ConfigureAwait(false);
        return metadata.Brokers.TryGetValue(brokerId, out broker)
            ? broker.Endpoint
            : throw new KafkaException(ErrorCode.BrokerNotAvailable, $"the cluster has no broker {brokerId}");
    }

    /// <summary>Forgets a topic, so that its next use asks anew.</summary>
    /// <param name="topic">Its name.</param>
    public void Forget(string topic) => _topics.TryRemove(topic, out _);

    /// <summary>Closes every connection.</summary>
    /// <returns>Completes when nothing runs any more.</returns>
    public ValueTask DisposeAsync() => _connections.DisposeAsync();

    private async ValueTask<TopicMetadata> LoadTopicAsync(string topic, CancellationToken cancellationToken)
    {
        ClusterMetadata metadata = await RefreshAsync([topic], cancellationToken).ConfigureAwait(false);
        return metadata.Topics.TryGetValue(topic, out TopicMetadata? found)
            ? found
            : throw new KafkaException(ErrorCode.UnknownTopicOrPartition, $"there is no topic '{topic}'");
    }
}
