using Sluice.Cli.Output;
using Sluice.Client;
using Sluice.Client.Admin;
using Sluice.Protocol;

namespace Sluice.Cli.Commands;

/// <summary>Puts together what several requests tell about a topic.</summary>
internal static class TopicDescriber
{
    internal static async Task<Documents.TopicDescription> DescribeAsync(CommandContext context, string name, CancellationToken cancellationToken)
    {
        TopicMetadata topic = await TopicLookup.RequireAsync(context, name, cancellationToken).ConfigureAwait(false);
        AdminClient admin = await context.AdminAsync(cancellationToken).ConfigureAwait(false);

        // Partitions without a leader cannot be asked; the others still can.
        int[] led = [.. topic.Partitions.Where(partition => partition.LeaderId >= 0).Select(partition => partition.Index)];
        Dictionary<int, long> starts = await OffsetsAsync(admin, name, OffsetQuery.Earliest, led, cancellationToken).ConfigureAwait(false);
        Dictionary<int, long> ends = await OffsetsAsync(admin, name, OffsetQuery.Latest, led, cancellationToken).ConfigureAwait(false);
        Dictionary<int, long> sizes = await SizesAsync(admin, topic, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<ConfigEntry> configs = await admin.DescribeConfigsAsync(ConfigResource.Topic(name), cancellationToken).ConfigureAwait(false);
        return new Documents.TopicDescription(
            topic.Name,
            topic.Id.ToString(),
            topic.IsInternal,
            [.. topic.Partitions.Select(partition => new Documents.PartitionDescription(
                partition.Index,
                partition.LeaderId < 0 ? null : partition.LeaderId,
                partition.LeaderEpoch,
                partition.Replicas,
                partition.InSyncReplicas,
                partition.OfflineReplicas,
                Find(starts, partition.Index),
                Find(ends, partition.Index),
                Find(sizes, partition.Index)))],
            [.. configs.Where(config => config.IsExplicit).Select(ConfigOutput.ToDocument)]);
    }

    private static async Task<Dictionary<int, long>> OffsetsAsync(
        AdminClient admin,
        string topic,
        OffsetQuery query,
        int[] partitions,
        CancellationToken cancellationToken)
    {
        if (partitions.Length == 0) return [];
        IReadOnlyList<PartitionOffset> offsets = await admin
            .ListOffsetsAsync(topic, query, partitions, cancellationToken: cancellationToken).ConfigureAwait(false);
        return offsets.ToDictionary(offset => offset.Partition, offset => offset.Offset);
    }

    // Sizes of the leaders' copies.
    private static async Task<Dictionary<int, long>> SizesAsync(AdminClient admin, TopicMetadata topic, CancellationToken cancellationToken)
    {
        var sizes = new Dictionary<int, long>();
        foreach (IGrouping<int, PartitionMetadata> led in topic.Partitions.Where(partition => partition.LeaderId >= 0).GroupBy(partition => partition.LeaderId))
        {
            try
            {
                HashSet<int> indexes = [.. led.Select(partition => partition.Index)];
                IReadOnlyList<LogDirectory> directories = await admin.DescribeLogDirsAsync(led.Key, topic.Name, cancellationToken).ConfigureAwait(false);
                foreach (LogDirectoryPartition partition in directories.SelectMany(directory => directory.Partitions))
                {
                    if (!partition.IsFuture && indexes.Contains(partition.Partition)) sizes[partition.Partition] = partition.SizeBytes;
                }
            }
            catch (KafkaException exception) when (exception.Error is ErrorCode.UnsupportedVersion or ErrorCode.ClusterAuthorizationFailed)
            {
                // The sizes are shown as unknown; everything else about the topic is there.
            }
        }

        return sizes;
    }

    private static long? Find(Dictionary<int, long> values, int partition) => values.TryGetValue(partition, out long value) ? value : null;
}
