using Sluice.Broker.Coordinators.Groups.Share;
using Sluice.Broker.Requests;
using Sluice.Metadata.Acls;
using Sluice.Metadata.Features;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// AlterShareGroupOffsets, key 91, v0.
// Resets where a share group starts, if nobody is in it (KIP-932).
internal sealed class AlterShareGroupOffsetsHandler(BrokerServices services, ShareGroupAdmin shareGroups) : ApiHandler<AlterShareGroupOffsetsRequest, AlterShareGroupOffsetsResponse>
{
    public override Feature? Feature => ClusterFeatures.Share;

    protected override async ValueTask HandleAsync(
        AlterShareGroupOffsetsRequest request, AlterShareGroupOffsetsResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        if (!context.IsGroupAllowed(AclOperation.Read, request.GroupId))
        {
            response.ErrorCode = ErrorCode.GroupAuthorizationFailed;
            response.ErrorMessage = ErrorCodes.Meaning(response.ErrorCode);
            return;
        }
        IReadOnlyList<AlterShareGroupOffsetsRequest.AlterShareGroupOffsetsRequestTopic> denied =
            context.TakeDeniedTopics(request.Topics, AclOperation.Read, static topic => topic.TopicName);
        await shareGroups.AlterOffsetsAsync(request, response, cancellationToken).ConfigureAwait(false);
        if (response.ErrorCode != ErrorCode.None) return;
        foreach (AlterShareGroupOffsetsRequest.AlterShareGroupOffsetsRequestTopic topic in denied)
        {
            AlterShareGroupOffsetsResponse.AlterShareGroupOffsetsResponseTopic topicEntry = response.Responses.Add();
            topicEntry.TopicName = topic.TopicName;
            topicEntry.TopicId = services.Topics.Table.Find(topic.TopicName)?.Id ?? Uuid.Zero;
            foreach (AlterShareGroupOffsetsRequest.AlterShareGroupOffsetsRequestPartition partition in topic.Partitions)
            {
                AlterShareGroupOffsetsResponse.AlterShareGroupOffsetsResponsePartition entry = topicEntry.Partitions.Add();
                entry.PartitionIndex = partition.PartitionIndex;
                entry.ErrorCode = ErrorCode.TopicAuthorizationFailed;
                entry.ErrorMessage = ErrorCodes.Name(entry.ErrorCode);
            }
        }
    }

    protected override void Fail(AlterShareGroupOffsetsRequest request, AlterShareGroupOffsetsResponse response, ErrorCode error) =>
        (response.ErrorCode, response.ErrorMessage) = (error, ErrorCodes.Meaning(error));
}
