using Sluice.Broker.Coordinators.Groups;
using Sluice.Broker.Coordinators.Groups.Offsets;
using Sluice.Broker.Requests;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// OffsetCommit, key 8, v2–v10.
// v5 no retention time any more. v6 leader epoch (KIP-320). v7 static members (KIP-345). v9 member epochs (KIP-848). v10 topic ids.
internal sealed class OffsetCommitHandler(BrokerServices services, GroupCoordinator groups) : ApiHandler<OffsetCommitRequest, OffsetCommitResponse>
{
    protected override async ValueTask HandleAsync(
        OffsetCommitRequest request, OffsetCommitResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        short version = context.ApiVersion;
        ErrorCode error = await groups.RunAsync(request.GroupId, shard => shard.Offsets.Commit(request, version, response), cancellationToken).ConfigureAwait(false);
        if (error == ErrorCode.None) return;
        response.Reset();
        GroupOffsetOperations.Refuse(request, version, services.Topics.Table, error, response);
    }

    protected override void Fail(OffsetCommitRequest request, OffsetCommitResponse response, ErrorCode error)
    {
        foreach (OffsetCommitRequest.OffsetCommitRequestTopic topic in request.Topics)
        {
            OffsetCommitResponse.OffsetCommitResponseTopic topicEntry = response.Topics.Add();
            topicEntry.Name = topic.Name;
            topicEntry.TopicId = topic.TopicId;
            foreach (OffsetCommitRequest.OffsetCommitRequestPartition partition in topic.Partitions)
            {
                OffsetCommitResponse.OffsetCommitResponsePartition entry = topicEntry.Partitions.Add();
                entry.PartitionIndex = partition.PartitionIndex;
                entry.ErrorCode = error;
            }
        }
    }
}
