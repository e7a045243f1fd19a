using Sluice.Broker.Requests;
using Sluice.Broker.Topics;
using Sluice.Metadata;
using Sluice.Metadata.Acls;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// DescribeTopicPartitions, key 75, v0 (KIP-966).
// Topic metadata in pages: topics sorted by name, a limit on partitions, a cursor to go on from.
internal sealed class DescribeTopicPartitionsHandler(BrokerServices services)
    : ApiHandler<DescribeTopicPartitionsRequest, DescribeTopicPartitionsResponse>
{
    protected override ValueTask HandleAsync(
        DescribeTopicPartitionsRequest request, DescribeTopicPartitionsResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        TopicTable topics = services.Topics.Table;
        bool all = request.Topics.Count == 0;
        SortedSet<string> names = new(StringComparer.Ordinal);
        if (all) names.UnionWith(topics.All.Select(static topic => topic.Name));
        foreach (DescribeTopicPartitionsRequest.TopicRequest topic in request.Topics) names.Add(topic.Name);

        string? cursorTopic = request.Cursor?.TopicName;
        if (request.Cursor is { } cursor)
        {
            if (cursor.PartitionIndex < 0 || (!all && !names.Contains(cursor.TopicName))) throw new RequestRefusedException(ErrorCode.InvalidRequest);
            names.RemoveWhere(name => string.CompareOrdinal(name, cursor.TopicName) < 0);
        }

        List<string> denied = [.. names.Where(name => !context.IsTopicAllowed(AclOperation.Describe, name, isAudited: !all))];
        names.ExceptWith(denied);
        int left = Math.Max(1, Math.Min(services.Settings.RequestPartitionsMax, request.ResponsePartitionLimit));
        foreach (string name in names)
        {
            if (left == 0)
            {
                response.NextCursor = new DescribeTopicPartitionsResponse.Cursor { TopicName = name, PartitionIndex = 0 };
                break;
            }
            DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponseTopic entry = response.Topics.Add();
            entry.Name = name;
            entry.TopicAuthorizedOperations = context.AuthorizedOperations(AclResourceType.Topic, name);
            if (topics.Find(name) is not { } topic)
            {
                entry.ErrorCode = TopicName.Validate(name) is null ? ErrorCode.UnknownTopicOrPartition : ErrorCode.InvalidTopicException;
                continue;
            }
            int first = name == cursorTopic ? request.Cursor!.PartitionIndex : 0;
            int end = (int)Math.Min(topic.Partitions.Length, (long)first + left);
            Describe(topic, entry, first, end);
            left -= Math.Max(0, end - first);
            if (end >= topic.Partitions.Length) continue;
            response.NextCursor = new DescribeTopicPartitionsResponse.Cursor { TopicName = name, PartitionIndex = end };
            break;
        }

        // Whether these are there is not told, and not even looked at.
        foreach (string name in all ? [] : denied)
        {
            DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponseTopic entry = response.Topics.Add();
            entry.Name = name;
            entry.ErrorCode = ErrorCode.TopicAuthorizationFailed;
        }
        return ValueTask.CompletedTask;
    }

    protected override void Fail(DescribeTopicPartitionsRequest request, DescribeTopicPartitionsResponse response, ErrorCode error)
    {
        foreach (DescribeTopicPartitionsRequest.TopicRequest topic in request.Topics)
        {
            DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponseTopic entry = response.Topics.Add();
            entry.Name = topic.Name;
            entry.ErrorCode = error;
        }
    }

    private static void Describe(
        TopicState topic, DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponseTopic entry, int first, int end)
    {
        entry.TopicId = topic.Id;
        entry.IsInternal = topic.IsInternal;
        for (int index = first; index < end; index++)
        {
            PartitionImage image = topic.Image.Partitions[index];
            DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponsePartition partition = entry.Partitions.Add();
            partition.PartitionIndex = index;
            partition.LeaderId = image.Leader;
            partition.LeaderEpoch = image.LeaderEpoch;
            partition.ReplicaNodes.AddRange(image.Replicas);
            partition.IsrNodes.AddRange(image.InSyncReplicas);
            partition.EligibleLeaderReplicas = [];
            partition.LastKnownElr = [];
            if (!topic.IsOnline(index)) partition.OfflineReplicas.AddRange(image.Replicas);
        }
    }
}
