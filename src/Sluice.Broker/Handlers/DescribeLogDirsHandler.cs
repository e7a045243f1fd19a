using Sluice.Broker.Requests;
using Sluice.Broker.Topics;
using Sluice.Log;
using Sluice.Metadata.Acls;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// DescribeLogDirs, key 35, v1–v5.
// Sizes of partitions per log directory, and of the copies that move there from another one (KIP-113). v3 top-level error. v4 total and usable bytes of the volume (KIP-827). v5 cordoned.
internal sealed class DescribeLogDirsHandler(BrokerServices services) : ApiHandler<DescribeLogDirsRequest, DescribeLogDirsResponse>
{
    protected override ValueTask HandleAsync(
        DescribeLogDirsRequest request, DescribeLogDirsResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        if (!context.IsClusterAllowed(AclOperation.Describe))
        {
            response.ErrorCode = ErrorCode.ClusterAuthorizationFailed;
            return ValueTask.CompletedTask;
        }
        HashSet<(string, int)>? asked = null;
        if (request.Topics is not null)
        {
            asked = [];
            foreach (DescribeLogDirsRequest.DescribableLogDirTopic topic in request.Topics)
            {
                foreach (int partition in topic.Partitions) asked.Add((topic.Topic, partition));
            }
        }
        TopicState[] topics = [.. services.Topics.Table.All.OrderBy(static topic => topic.Name, StringComparer.Ordinal)];
        ILookup<(LogDirectory, TopicPartition), FutureReplica> futures =
            services.Logs.FutureReplicas.ToLookup(static future => (future.Directory, future.TopicPartition));
        foreach (LogDirectory directory in services.Logs.Directories) Describe(directory, topics, futures, asked, response.Results.Add());
        return ValueTask.CompletedTask;
    }

    protected override void Fail(DescribeLogDirsRequest request, DescribeLogDirsResponse response, ErrorCode error) => response.ErrorCode = error;

    private void Describe(
        LogDirectory directory,
        TopicState[] topics,
        ILookup<(LogDirectory, TopicPartition), FutureReplica> futures,
        HashSet<(string, int)>? asked,
        DescribeLogDirsResponse.DescribeLogDirsResult result)
    {
        result.LogDir = directory.Path;
        result.IsCordoned = services.Logs.IsCordoned(directory);
        if (!directory.IsOnline)
        {
            result.ErrorCode = ErrorCode.KafkaStorageError;
            return;
        }

        DriveInfo volume = new(directory.Path);
        result.TotalBytes = volume.TotalSize;
        result.UsableBytes = volume.AvailableFreeSpace;
        foreach (TopicState topic in topics)
        {
            DescribeLogDirsResponse.DescribeLogDirsTopic? entry = null;
            for (int index = 0; index < topic.Partitions.Length; index++)
            {
                if (asked?.Contains((topic.Name, index)) == false) continue;
                if (topic.Partitions[index]?.Log is { } log && ReferenceEquals(log.LogDirectory, directory))
                {
                    Entry(index).PartitionSize = log.SizeBytes;
                }
                foreach (FutureReplica future in futures[(directory, new TopicPartition(topic.Name, index))])
                {
                    DescribeLogDirsResponse.DescribeLogDirsPartition copy = Entry(index);
                    copy.PartitionSize = future.SizeBytes;
                    copy.OffsetLag = future.OffsetLag;
                    copy.IsFutureKey = true;
                }
            }

            DescribeLogDirsResponse.DescribeLogDirsPartition Entry(int partitionIndex)
            {
                if (entry is null)
                {
                    entry = result.Topics.Add();
                    entry.Name = topic.Name;
                }
                DescribeLogDirsResponse.DescribeLogDirsPartition added = entry.Partitions.Add();
                added.PartitionIndex = partitionIndex;
                return added;
            }
        }
    }
}
