using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Client.Admin;

public sealed partial class AdminClient
{
    /// <summary>Looks up an offset in partitions of a topic, each at its leader.</summary>
    /// <param name="topic">Its name.</param>
    /// <param name="query">Which offset.</param>
    /// <param name="partitions">Null = every partition.</param>
    /// <param name="isolationLevel">Decides what the latest offset is.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>In ascending order of the partitions.</returns>
    /// <exception cref="KafkaException">There is no such topic or partition, or a leader refused.</exception>
    public async Task<IReadOnlyList<PartitionOffset>> ListOffsetsAsync(
        string topic,
        OffsetQuery query,
        IEnumerable<int>? partitions = null,
        IsolationLevel isolationLevel = IsolationLevel.ReadUncommitted,
        CancellationToken cancellationToken = default)
    {
        TopicMetadata metadata = await _cluster.TopicAsync(topic, cancellationToken).ConfigureAwait(false);
        int[] wanted = [.. partitions ?? metadata.Partitions.Select(partition => partition.Index)];
        IReadOnlyList<PartitionOffset> found = await AskLeadersAsync(
            topic,
            wanted,
            (connection, mine, token) => ListOffsetsAsync(connection, topic, query, mine, isolationLevel, token),
            cancellationToken).ConfigureAwait(false);
        return [.. found.OrderBy(offset => offset.Partition)];
    }

    /// <summary>Deletes a partition's records before an offset.</summary>
    /// <param name="topic">Its name.</param>
    /// <param name="partition">0 or more.</param>
    /// <param name="beforeOffset">The first offset to stay; -1 = delete everything up to the high watermark.</param>
    /// <param name="cancellationToken">Gives up waiting; the records may be gone then.</param>
    /// <returns>The new log start offset.</returns>
    /// <exception cref="KafkaException">The offset is outside the log, or the leader refused.</exception>
    public async Task<long> DeleteRecordsAsync(string topic, int partition, long beforeOffset, CancellationToken cancellationToken = default)
    {
        IReadOnlyList<long> lowWatermarks = await AskLeadersAsync(
            topic,
            [partition],
            async (connection, _, token) =>
            {
                var request = new DeleteRecordsRequest { TimeoutMs = TimeoutMs };
                DeleteRecordsRequest.DeleteRecordsTopic askedTopic = request.Topics.Add();
                askedTopic.Name = topic;
                DeleteRecordsRequest.DeleteRecordsPartition asked = askedTopic.Partitions.Add();
                asked.PartitionIndex = partition;
                asked.Offset = beforeOffset;
                DeleteRecordsResponse response = await connection.SendAsync(request, null, token).ConfigureAwait(false);
                DeleteRecordsResponse.DeleteRecordsPartitionResult result = response.Topics[0].Partitions[0];
                ThrowIfError(result.ErrorCode, null, $"{topic}-{partition}");
                return new[] { result.LowWatermark };
            },
            cancellationToken).ConfigureAwait(false);
        return lowWatermarks[0];
    }

    private static async Task<PartitionOffset[]> ListOffsetsAsync(
        KafkaConnection connection,
        string topic,
        OffsetQuery query,
        IReadOnlyList<int> partitions,
        IsolationLevel isolationLevel,
        CancellationToken cancellationToken)
    {
        var request = new ListOffsetsRequest { ReplicaId = -1, IsolationLevel = (sbyte)isolationLevel };
        ListOffsetsRequest.ListOffsetsTopic askedTopic = request.Topics.Add();
        askedTopic.Name = topic;
        foreach (int partition in partitions)
        {
            ListOffsetsRequest.ListOffsetsPartition asked = askedTopic.Partitions.Add();
            asked.PartitionIndex = partition;
            asked.Timestamp = query.Timestamp;
        }

        ListOffsetsResponse response = await connection.SendAsync(request, null, cancellationToken).ConfigureAwait(false);
        var offsets = new PartitionOffset[response.Topics[0].Partitions.Count];
        for (int index = 0; index < offsets.Length; index++)
        {
            ListOffsetsResponse.ListOffsetsPartitionResponse answer = response.Topics[0].Partitions[index];
            ThrowIfError(answer.ErrorCode, null, $"{topic}-{answer.PartitionIndex}");
            offsets[index] = new PartitionOffset(answer.PartitionIndex, answer.Offset, answer.Timestamp, answer.LeaderEpoch);
        }

        return offsets;
    }

    // Leaders move: each attempt looks them up anew and asks only for what is still missing.
    private async Task<IReadOnlyList<T>> AskLeadersAsync<T>(
        string topic,
        IReadOnlyList<int> partitions,
        Func<KafkaConnection, IReadOnlyList<int>, CancellationToken, Task<T[]>> ask,
        CancellationToken cancellationToken)
    {
        List<T> answers = [];
        List<int> missing = [.. partitions];
        bool isFirst = true;
        await Retrying.RunAsync(
            _cluster.Options,
            async token =>
            {
                if (!isFirst) await _cluster.RefreshAsync([topic], token).ConfigureAwait(false);
                isFirst = false;
                TopicMetadata metadata = await _cluster.TopicAsync(topic, token).ConfigureAwait(false);
                foreach (IGrouping<int, int> group in missing.GroupBy(partition => LeaderOf(metadata, partition)).ToArray())
                {
                    int[] mine = [.. group];
                    KafkaConnection connection = await _cluster.BrokerAsync(group.Key, token).ConfigureAwait(false);
                    answers.AddRange(await ask(connection, mine, token).ConfigureAwait(false));
                    missing.RemoveAll(mine.Contains);
                }

                return true;
            },
            cancellationToken).ConfigureAwait(false);
        return answers;
    }

    private static int LeaderOf(TopicMetadata topic, int partition)
    {
        PartitionMetadata? found = topic.Find(partition);
        if (found is null)
        {
            // Not the broker's retriable code: asking again does not make a partition.
            string count = topic.Partitions.Count == 1 ? "1 partition" : $"{topic.Partitions.Count} partitions";
            throw new KafkaException(ErrorCode.InvalidPartitions, $"topic '{topic.Name}' has {count}, counted from 0; there is no partition {partition}");
        }

        return found.LeaderId >= 0
            ? found.LeaderId
            : throw new KafkaException(ErrorCode.LeaderNotAvailable, $"partition {partition} of topic '{topic.Name}' has no leader at the moment");
    }
}
