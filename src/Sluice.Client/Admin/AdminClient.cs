using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Client.Admin;

/// <summary>Creates, changes and describes what a cluster holds.</summary>
/// <remarks>
/// Keeps no state of its own and is safe for any number of callers. Retriable refusals are repeated up to
/// <see cref="KafkaClientOptions.RetryTimeout"/>; every other one is a <see cref="KafkaException"/> with the broker's words.
/// </remarks>
/// <param name="cluster">Borrowed.</param>
public sealed partial class AdminClient(KafkaCluster cluster)
{
    private readonly KafkaCluster _cluster = cluster;

    private int TimeoutMs => (int)Math.Min(_cluster.Options.RequestTimeout.TotalMilliseconds, int.MaxValue);

    /// <summary>Describes the cluster.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="KafkaException">The broker refused, or none answers.</exception>
    public async Task<ClusterDescription> DescribeClusterAsync(CancellationToken cancellationToken = default)
    {
        KafkaConnection connection = await _cluster.AnyAsync(cancellationToken).ConfigureAwait(false);
        if (!connection.TryGetHighestCommonVersion(ApiKey.DescribeCluster, out _))
        {
            ClusterMetadata metadata = await _cluster.RefreshAsync([], cancellationToken).ConfigureAwait(false);
            return new ClusterDescription(metadata.ClusterId ?? "", metadata.ControllerId, [.. metadata.Brokers.Values.OrderBy(broker => broker.Id)]);
        }

        DescribeClusterResponse response = await connection.SendAsync(new DescribeClusterRequest(), null, cancellationToken).ConfigureAwait(false);
        ThrowIfError(response.ErrorCode, response.ErrorMessage, null);
        IEnumerable<BrokerMetadata> brokers = response.Brokers
            .Select(broker => new BrokerMetadata(broker.BrokerId, new BrokerEndpoint(broker.Host, broker.Port), broker.Rack))
            .OrderBy(broker => broker.Id);
        return new ClusterDescription(response.ClusterId, response.ControllerId, [.. brokers]);
    }

    /// <summary>Describes the directories in which one broker keeps its partitions.</summary>
    /// <param name="brokerId">The broker.</param>
    /// <param name="topic">Null = every topic.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>One entry per directory, with the partitions of the topic only.</returns>
    /// <exception cref="KafkaException">The broker refused or does not answer.</exception>
    public async Task<IReadOnlyList<LogDirectory>> DescribeLogDirsAsync(
        int brokerId,
        string? topic = null,
        CancellationToken cancellationToken = default)
    {
        var request = new DescribeLogDirsRequest { Topics = null };
        if (topic is not null)
        {
            TopicMetadata metadata = await _cluster.TopicAsync(topic, cancellationToken).ConfigureAwait(false);
            request.Topics = new MessageList<DescribeLogDirsRequest.DescribableLogDirTopic>();
            DescribeLogDirsRequest.DescribableLogDirTopic asked = request.Topics.Add();
            asked.Topic = topic;
            asked.Partitions.AddRange(metadata.Partitions.Select(partition => partition.Index));
        }

        KafkaConnection connection = await _cluster.BrokerAsync(brokerId, cancellationToken).ConfigureAwait(false);
        DescribeLogDirsResponse response = await connection.SendAsync(request, null, cancellationToken).ConfigureAwait(false);
        ThrowIfError(response.ErrorCode, null, null);
        return [.. response.Results.Select(directory => new LogDirectory(
            brokerId,
            directory.LogDir,
            directory.ErrorCode == ErrorCode.None ? null : ErrorCodes.Name(directory.ErrorCode),
            directory.TotalBytes,
            directory.UsableBytes,
            [.. directory.Topics.SelectMany(Partitions)],
            directory.IsCordoned))];
    }

    /// <summary>Has partitions change to another log directory of one broker, or stay where they are and give up a change, if that is the one.</summary>
    /// <param name="brokerId">The broker.</param>
    /// <param name="directory">Full path of the directory, as <see cref="DescribeLogDirsAsync"/> tells it.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="partitions">Its partitions on the broker.</param>
    /// <param name="cancellationToken">Gives up waiting for the answer.</param>
    /// <returns>Completes when the copies have begun; <see cref="DescribeLogDirsAsync"/> tells how far they are.</returns>
    /// <exception cref="KafkaException">The broker refused a partition, which the message names, or does not answer. The others may have begun.</exception>
    public async Task AlterReplicaLogDirsAsync(
        int brokerId,
        string directory,
        string topic,
        IReadOnlyList<int> partitions,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(partitions);
        var request = new AlterReplicaLogDirsRequest();
        AlterReplicaLogDirsRequest.AlterReplicaLogDir asked = request.Dirs.Add();
        asked.Path = directory;
        AlterReplicaLogDirsRequest.AlterReplicaLogDirTopic askedTopic = asked.Topics.Add();
        askedTopic.Name = topic;
        askedTopic.Partitions.AddRange(partitions);
        KafkaConnection connection = await _cluster.BrokerAsync(brokerId, cancellationToken).ConfigureAwait(false);
        AlterReplicaLogDirsResponse response = await connection.SendAsync(request, null, cancellationToken).ConfigureAwait(false);
        foreach (AlterReplicaLogDirsResponse.AlterReplicaLogDirTopicResult result in response.Results)
        {
            foreach (AlterReplicaLogDirsResponse.AlterReplicaLogDirPartitionResult partition in result.Partitions)
            {
                ThrowIfError(partition.ErrorCode, null, $"{result.TopicName}-{partition.PartitionIndex}");
            }
        }
    }

    private static IEnumerable<LogDirectoryPartition> Partitions(DescribeLogDirsResponse.DescribeLogDirsTopic topic) =>
        topic.Partitions.Select(partition =>
            new LogDirectoryPartition(topic.Name, partition.PartitionIndex, partition.PartitionSize, partition.OffsetLag, partition.IsFutureKey));

    private static void ThrowIfError(ErrorCode error, string? message, string? subject)
    {
        if (error != ErrorCode.None) throw KafkaException.FromResponse(error, message, subject);
    }

    // Any broker passes such requests on in clusters of today; older ones insist on the controller.
    private Task<TResponse> SendToControllerAsync<TResponse>(
        IRequest<TResponse> request,
        Action<TResponse> check,
        CancellationToken cancellationToken)
        where TResponse : class, IResponse, new()
    {
        bool askController = false;
        return Retrying.RunAsync(
            _cluster.Options,
            async token =>
            {
                KafkaConnection connection = askController
                    ? await _cluster.BrokerAsync((await _cluster.RefreshAsync([], token).ConfigureAwait(false)).ControllerId, token).ConfigureAwait(false)
                    : await _cluster.AnyAsync(token).ConfigureAwait(false);
                TResponse response = await connection.SendAsync(request, null, token).ConfigureAwait(false);
                try
                {
                    check(response);
                }
                catch (KafkaException exception) when (exception.Error == ErrorCode.NotController)
                {
                    askController = true;
                    throw;
                }

                return response;
            },
            cancellationToken);
    }
}
