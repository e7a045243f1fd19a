using Sluice.Broker.Coordinators.Groups;
using Sluice.Broker.Coordinators.Groups.Offsets;
using Sluice.Broker.Requests;
using Sluice.Broker.Topics;
using Sluice.Metadata.Acls;
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
        if (!context.IsGroupAllowed(AclOperation.Read, request.GroupId))
        {
            Fail(request, response, ErrorCode.GroupAuthorizationFailed);
            return;
        }
        TopicTable topics = services.Topics.Table;
        IReadOnlyList<OffsetCommitRequest.OffsetCommitRequestTopic> denied = context.TakeDeniedTopics(
            request.Topics, AclOperation.Read, topic => version >= 10 ? topics.Find(topic.TopicId)?.Name : topic.Name);
        if (denied.Count == 0 || request.Topics.Count > 0) await CommitAsync(request, response, version, cancellationToken).ConfigureAwait(false);
        foreach (OffsetCommitRequest.OffsetCommitRequestTopic topic in denied) Refuse(topic, response, ErrorCode.TopicAuthorizationFailed);
    }

    private async ValueTask CommitAsync(OffsetCommitRequest request, OffsetCommitResponse response, short version, CancellationToken cancellationToken)
    {
        ErrorCode error = await groups.RunAsync(request.GroupId, shard => shard.Offsets.Commit(request, version, response), cancellationToken).ConfigureAwait(false);
        if (error == ErrorCode.None) return;
        response.Reset();
        GroupOffsetOperations.Refuse(request, version, services.Topics.Table, error, response);
    }

    protected override void Fail(OffsetCommitRequest request, OffsetCommitResponse response, ErrorCode error)
    {
        foreach (OffsetCommitRequest.OffsetCommitRequestTopic topic in request.Topics) Refuse(topic, response, error);
    }

    private static void Refuse(OffsetCommitRequest.OffsetCommitRequestTopic topic, OffsetCommitResponse response, ErrorCode error)
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
