using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Client.Admin;

public sealed partial class AdminClient
{
    private const int BrokerDefault = -1;

    /// <summary>Lists every topic.</summary>
    /// <param name="includeInternal">Whether to list those that the broker keeps for itself.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>In ascending order of their names.</returns>
    /// <exception cref="KafkaException">No broker answers.</exception>
    public async Task<IReadOnlyList<TopicMetadata>> ListTopicsAsync(bool includeInternal = false, CancellationToken cancellationToken = default)
    {
        ClusterMetadata metadata = await _cluster.RefreshAsync(null, cancellationToken).ConfigureAwait(false);
        return [.. metadata.Topics.Values
            .Where(topic => includeInternal || !topic.IsInternal)
            .OrderBy(topic => topic.Name, StringComparer.Ordinal)];
    }

    /// <summary>Describes one topic as it is now.</summary>
    /// <param name="topic">Its name.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="KafkaException">There is no such topic, or no broker answers.</exception>
    public async Task<TopicMetadata> DescribeTopicAsync(string topic, CancellationToken cancellationToken = default)
    {
        _cluster.Forget(topic);
        return await _cluster.TopicAsync(topic, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Creates a topic and waits until the cluster knows who leads its partitions.</summary>
    /// <param name="topic">What to create.</param>
    /// <param name="cancellationToken">Gives up waiting; the topic may exist then.</param>
    /// <exception cref="KafkaException">The broker refused: <see cref="ErrorCode.TopicAlreadyExists"/>, <see cref="ErrorCode.InvalidConfig"/>, ...</exception>
    public async Task<CreatedTopic> CreateTopicAsync(NewTopic topic, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(topic);
        var request = new CreateTopicsRequest { TimeoutMs = TimeoutMs };
        CreateTopicsRequest.CreatableTopic asked = request.Topics.Add();
        asked.Name = topic.Name;
        asked.NumPartitions = topic.PartitionCount ?? BrokerDefault;
        asked.ReplicationFactor = topic.ReplicationFactor ?? BrokerDefault;
        foreach ((string name, string value) in topic.Configs ?? new Dictionary<string, string>())
        {
            CreateTopicsRequest.CreatableTopicConfig config = asked.Configs.Add();
            config.Name = name;
            config.Value = value;
        }

        CreateTopicsResponse response = await SendToControllerAsync(
            request,
            answer => ThrowIfError(answer.Topics[0].ErrorCode, answer.Topics[0].ErrorMessage, $"topic '{topic.Name}'"),
            cancellationToken).ConfigureAwait(false);
        await WaitForLeadersAsync(topic.Name, topic.PartitionCount ?? 1, cancellationToken).ConfigureAwait(false);
        CreateTopicsResponse.CreatableTopicResult result = response.Topics[0];
        return new CreatedTopic(topic.Name, result.TopicId, result.NumPartitions, result.ReplicationFactor);
    }

    /// <summary>Deletes a topic and everything in it.</summary>
    /// <param name="topic">Its name.</param>
    /// <param name="cancellationToken">Gives up waiting; the topic may be gone then.</param>
    /// <exception cref="KafkaException">The broker refused.</exception>
    public async Task DeleteTopicAsync(string topic, CancellationToken cancellationToken = default)
    {
        // Asked for first: to a retriable "unknown topic" the answer is not to try again for ten seconds.
        await DescribeTopicAsync(topic, cancellationToken).ConfigureAwait(false);
        var request = new DeleteTopicsRequest { TimeoutMs = TimeoutMs };
        request.TopicNames.Add(topic);
        request.Topics.Add().Name = topic;
        await SendToControllerAsync(
            request,
            answer => ThrowIfError(answer.Responses[0].ErrorCode, answer.Responses[0].ErrorMessage, $"topic '{topic}'"),
            cancellationToken).ConfigureAwait(false);
        _cluster.Forget(topic);
    }

    /// <summary>Gives a topic more partitions. Keys will be spread differently from then on.</summary>
    /// <param name="topic">Its name.</param>
    /// <param name="totalCount">How many it shall have in all; more than it has.</param>
    /// <param name="cancellationToken">Gives up waiting; the partitions may exist then.</param>
    /// <exception cref="KafkaException">The broker refused.</exception>
    public async Task AddPartitionsAsync(string topic, int totalCount, CancellationToken cancellationToken = default)
    {
        await DescribeTopicAsync(topic, cancellationToken).ConfigureAwait(false);
        var request = new CreatePartitionsRequest { TimeoutMs = TimeoutMs };
        CreatePartitionsRequest.CreatePartitionsTopic asked = request.Topics.Add();
        asked.Name = topic;
        asked.Count = totalCount;
        asked.Assignments = null;
        await SendToControllerAsync(
            request,
            answer => ThrowIfError(answer.Results[0].ErrorCode, answer.Results[0].ErrorMessage, $"topic '{topic}'"),
            cancellationToken).ConfigureAwait(false);
        await WaitForLeadersAsync(topic, totalCount, cancellationToken).ConfigureAwait(false);
    }

    // A broker may answer before all of the cluster knows of the topic; who creates a topic wants to use it next.
    private Task<bool> WaitForLeadersAsync(string topic, int partitionCountMin, CancellationToken cancellationToken) =>
        Retrying.RunAsync(
            _cluster.Options,
            async token =>
            {
                ClusterMetadata metadata = await _cluster.RefreshAsync([topic], token).ConfigureAwait(false);
                bool isReady = metadata.Topics.TryGetValue(topic, out TopicMetadata? found)
                    && found.Partitions.Count >= partitionCountMin
                    && found.Partitions.All(partition => partition.LeaderId >= 0);
                if (isReady) return true;
                throw new KafkaException(ErrorCode.LeaderNotAvailable, $"topic '{topic}' was created, but not all of its partitions have a leader yet");
            },
            cancellationToken);
}
