using Sluice.Broker.Requests;
using Sluice.Log;
using Sluice.Metadata.Acls;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// AlterReplicaLogDirs, key 34, v1–v2.
// Has partitions change to another log directory of this broker (KIP-113). Answered when the copies have begun; DescribeLogDirs tells how far they are.
internal sealed class AlterReplicaLogDirsHandler(BrokerServices services) : ApiHandler<AlterReplicaLogDirsRequest, AlterReplicaLogDirsResponse>
{
    protected override ValueTask HandleAsync(
        AlterReplicaLogDirsRequest request, AlterReplicaLogDirsResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        if (context.IsClusterAllowed(AclOperation.Alter)) Answer(request, response, Move);
        else Fail(request, response, ErrorCode.ClusterAuthorizationFailed);
        return ValueTask.CompletedTask;
    }

    protected override void Fail(AlterReplicaLogDirsRequest request, AlterReplicaLogDirsResponse response, ErrorCode error) =>
        Answer(request, response, (_, _) => error);

    private static void Answer(AlterReplicaLogDirsRequest request, AlterReplicaLogDirsResponse response, Func<TopicPartition, string, ErrorCode> answer)
    {
        // A partition that is named twice goes where it was named last.
        Dictionary<string, Dictionary<int, string>> topics = new(StringComparer.Ordinal);
        foreach (AlterReplicaLogDirsRequest.AlterReplicaLogDir directory in request.Dirs)
        {
            foreach (AlterReplicaLogDirsRequest.AlterReplicaLogDirTopic topic in directory.Topics)
            {
                foreach (int partition in topic.Partitions)
                {
                    if (!topics.TryGetValue(topic.Name, out Dictionary<int, string>? partitions)) topics[topic.Name] = partitions = [];
                    partitions[partition] = directory.Path;
                }
            }
        }

        foreach ((string topic, Dictionary<int, string> partitions) in topics)
        {
            AlterReplicaLogDirsResponse.AlterReplicaLogDirTopicResult result = response.Results.Add();
            result.TopicName = topic;
            foreach ((int partition, string path) in partitions)
            {
                AlterReplicaLogDirsResponse.AlterReplicaLogDirPartitionResult entry = result.Partitions.Add();
                entry.PartitionIndex = partition;
                entry.ErrorCode = answer(new TopicPartition(topic, partition), path);
            }
        }
    }

    private ErrorCode Move(TopicPartition topicPartition, string path)
    {
        ErrorCode error = services.Logs.Move(topicPartition, path);
        if (error != ErrorCode.ReplicaNotAvailable) return error;
        ErrorCode found = services.Topics.Table.Find(topicPartition.Topic, topicPartition.Partition, out _, out _);
        return found == ErrorCode.UnknownTopicOrPartition ? found : error;
    }
}
