using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Sluice.Differential.Takeover;

/// <summary>What a client can see of a cluster, line by line, so that two can be compared: ids, settings, offsets, and a checksum of every partition's records.</summary>
internal static class ClusterPicture
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Takes the picture.</summary>
    public static async Task<string[]> TakeAsync(string bootstrapServers)
    {
        using IAdminClient admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = bootstrapServers }).SetLogHandler(static (_, _) => { }).Build();
        List<string> lines = [$"cluster {(await admin.DescribeClusterAsync()).ClusterId}"];
        foreach (ConfigEntryResult entry in await ConfigsAsync(admin, ResourceType.Broker, "1", ConfigSource.DynamicBrokerConfig, ConfigSource.DynamicDefaultBrokerConfig))
        {
            lines.Add($"broker {entry.Name}={entry.Value} ({entry.Source})");
        }

        string[] names = [.. admin.GetMetadata(Patience).Topics.Select(static topic => topic.Topic).Order(StringComparer.Ordinal)];
        foreach (TopicDescription topic in (await admin.DescribeTopicsAsync(TopicCollection.OfTopicNames(names))).TopicDescriptions.OrderBy(static topic => topic.Name, StringComparer.Ordinal))
        {
            lines.Add($"topic {topic.Name} {topic.TopicId} partitions {topic.Partitions.Count}");
            lines.AddRange((await ConfigsAsync(admin, ResourceType.Topic, topic.Name, ConfigSource.DynamicTopicConfig)).Select(entry => $"topic {topic.Name} {entry.Name}={entry.Value}"));
            foreach (IsolationLevel isolation in new[] { IsolationLevel.ReadUncommitted, IsolationLevel.ReadCommitted })
            {
                lines.AddRange(Read(bootstrapServers, topic.Name, topic.Partitions.Count, isolation).Select(text => $"topic {topic.Name} {isolation} {text}"));
            }
        }
        lines.AddRange(await GroupsAsync(admin));
        return [.. lines];
    }

    // Who has committed what. Kafka loads its coordinators while it already serves, and so does Sluice: both are asked until they know.
    private static async Task<List<string>> GroupsAsync(IAdminClient admin)
    {
        List<string> lines = [];
        ListConsumerGroupsResult groups = await admin.ListConsumerGroupsAsync(new ListConsumerGroupsOptions { RequestTimeout = Patience });
        foreach (ConsumerGroupListing group in groups.Valid.OrderBy(static group => group.GroupId, StringComparer.Ordinal))
        {
            List<ListConsumerGroupOffsetsResult> offsets = await admin.ListConsumerGroupOffsetsAsync([new ConsumerGroupTopicPartitions(group.GroupId, null)]);
            lines.Add($"group {group.GroupId} {group.State}");
            lines.AddRange(offsets[0].Partitions.OrderBy(static offset => offset.Topic, StringComparer.Ordinal).ThenBy(static offset => offset.Partition.Value)
                .Select(offset => $"group {group.GroupId} {offset.TopicPartition} at {offset.Offset.Value}"));
        }
        return lines;
    }

    private static async Task<IEnumerable<ConfigEntryResult>> ConfigsAsync(IAdminClient admin, ResourceType type, string name, params ConfigSource[] sources)
    {
        List<DescribeConfigsResult> described = await admin.DescribeConfigsAsync([new ConfigResource { Type = type, Name = name }]);
        return described[0].Entries.Values.Where(entry => sources.Contains(entry.Source)).OrderBy(static entry => entry.Name, StringComparer.Ordinal);
    }

    // Every partition from its start to its end, with everything that a record has.
    private static IEnumerable<string> Read(string bootstrapServers, string topic, int partitionsCount, IsolationLevel isolation)
    {
        using IConsumer<byte[], byte[]> consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig
        {
            BootstrapServers = bootstrapServers,
            GroupId = "picture",
            EnableAutoCommit = false,
            EnablePartitionEof = true,
            AutoOffsetReset = AutoOffsetReset.Error,
            CheckCrcs = true,
            IsolationLevel = isolation,
        }).SetLogHandler(static (_, _) => { }).Build();
        consumer.Assign(Enumerable.Range(0, partitionsCount).Select(partition => new TopicPartitionOffset(topic, partition, Offset.Beginning)));
        IncrementalHash[] hashes = [.. Enumerable.Range(0, partitionsCount).Select(static _ => IncrementalHash.CreateHash(HashAlgorithmName.SHA256))];
        long[] counts = new long[partitionsCount];
        long[] ends = new long[partitionsCount];
        for (int openCount = partitionsCount; openCount > 0;)
        {
            ConsumeResult<byte[], byte[]> result = consumer.Consume(Patience) ?? throw new TimeoutException($"{topic} was not read to its end in time.");
            int partition = result.Partition.Value;
            if (result.IsPartitionEOF)
            {
                ends[partition] = result.Offset.Value;
                openCount--;
                continue;
            }
            counts[partition]++;
            Append(hashes[partition], result);
        }
        for (int partition = 0; partition < partitionsCount; partition++)
        {
            WatermarkOffsets offsets = consumer.QueryWatermarkOffsets(new TopicPartition(topic, partition), Patience);
            yield return string.Create(CultureInfo.InvariantCulture,
                $"{partition}: {counts[partition]} records of {offsets.Low}..{offsets.High}, read to {ends[partition]}, {Convert.ToHexString(hashes[partition].GetHashAndReset()[..8])}");
            hashes[partition].Dispose();
        }
        consumer.Close();
    }

    private static void Append(IncrementalHash hash, ConsumeResult<byte[], byte[]> result)
    {
        Span<byte> numbers = stackalloc byte[20];
        BinaryPrimitives.WriteInt64BigEndian(numbers, result.Offset.Value);
        BinaryPrimitives.WriteInt64BigEndian(numbers[8..], result.Message.Timestamp.UnixTimestampMs);
        BinaryPrimitives.WriteInt32BigEndian(numbers[16..], (int)result.Message.Timestamp.Type);
        hash.AppendData(numbers);
        AppendField(hash, result.Message.Key);
        AppendField(hash, result.Message.Value);
        foreach (IHeader header in result.Message.Headers)
        {
            AppendField(hash, Encoding.UTF8.GetBytes(header.Key));
            AppendField(hash, header.GetValueBytes());
        }
    }

    private static void AppendField(IncrementalHash hash, byte[]? field)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, field?.Length ?? -1);
        hash.AppendData(length);
        if (field is not null) hash.AppendData(field);
    }
}
