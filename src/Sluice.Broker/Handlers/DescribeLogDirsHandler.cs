using Sluice.Broker.Requests;
using Sluice.Broker.Topics;
using Sluice.Log;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// DescribeLogDirs, key 35, v1–v5.
// Sizes of partitions per log directory (KIP-113). v3 top-level error. v4 total and usable bytes of the volume (KIP-827). v5 cordoned.
internal sealed class DescribeLogDirsHandler(BrokerServices services) : ApiHandler<DescribeLogDirsRequest, DescribeLogDirsResponse>
{
    protected override ValueTask HandleAsync(
        DescribeLogDirsRequest request, DescribeLogDirsResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        DescribeLogDirsResponse.DescribeLogDirsResult directory = response.Results.Add();
        directory.LogDir = services.Logs.LogDirectory.Path;
        if (!services.Logs.LogDirectory.IsOnline)
        {
            directory.ErrorCode = ErrorCode.KafkaStorageError;
            return ValueTask.CompletedTask;
        }
        DriveInfo volume = new(services.Logs.LogDirectory.Path);
        directory.TotalBytes = volume.TotalSize;
        directory.UsableBytes = volume.AvailableFreeSpace;
        HashSet<(string, int)>? asked = null;
        if (request.Topics is not null)
        {
            asked = [];
            foreach (DescribeLogDirsRequest.DescribableLogDirTopic topic in request.Topics)
            {
                foreach (int partition in topic.Partitions) asked.Add((topic.Topic, partition));
            }
        }
        foreach (TopicState topic in services.Topics.Table.All.OrderBy(static topic => topic.Name, StringComparer.Ordinal))
        {
            DescribeLogDirsResponse.DescribeLogDirsTopic? entry = null;
            foreach (Partition? partition in topic.Partitions)
            {
                if (partition is null || (asked is not null && !asked.Contains((topic.Name, partition.Index)))) continue;
                if (entry is null)
                {
                    entry = directory.Topics.Add();
                    entry.Name = topic.Name;
                }
                DescribeLogDirsResponse.DescribeLogDirsPartition size = entry.Partitions.Add();
                size.PartitionIndex = partition.Index;
                size.PartitionSize = partition.Log.SizeBytes;
            }
        }
        return ValueTask.CompletedTask;
    }

    protected override void Fail(DescribeLogDirsRequest request, DescribeLogDirsResponse response, ErrorCode error) => response.ErrorCode = error;
}
