using Sluice.Broker.Coordinators.Groups.Share;
using Sluice.Broker.Requests;
using Sluice.Metadata.Acls;
using Sluice.Metadata.Features;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// DescribeShareGroupOffsets, key 90, v0–v1.
// v1 lag (KIP-1226).
internal sealed class DescribeShareGroupOffsetsHandler(ShareGroupAdmin shareGroups) : ApiHandler<DescribeShareGroupOffsetsRequest, DescribeShareGroupOffsetsResponse>
{
    public override Feature? Feature => ClusterFeatures.Share;

    protected override async ValueTask HandleAsync(
        DescribeShareGroupOffsetsRequest request, DescribeShareGroupOffsetsResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        foreach (DescribeShareGroupOffsetsRequest.DescribeShareGroupOffsetsRequestGroup group in request.Groups)
            await DescribeAsync(group, response.Groups.Add(), context, cancellationToken).ConfigureAwait(false);
    }

    // Topics that were asked for by name are answered as denied; where all were asked for, those that one may not know of are not told of.
    private async ValueTask DescribeAsync(
        DescribeShareGroupOffsetsRequest.DescribeShareGroupOffsetsRequestGroup group,
        DescribeShareGroupOffsetsResponse.DescribeShareGroupOffsetsResponseGroup answer,
        RequestContext context,
        CancellationToken cancellationToken)
    {
        if (!context.IsGroupAllowed(AclOperation.Describe, group.GroupId))
        {
            answer.GroupId = group.GroupId;
            answer.ErrorCode = ErrorCode.GroupAuthorizationFailed;
            answer.ErrorMessage = ErrorCodes.Name(answer.ErrorCode);
            return;
        }
        IReadOnlyList<DescribeShareGroupOffsetsRequest.DescribeShareGroupOffsetsRequestTopic> denied = group.Topics is { } topics
            ? context.TakeDeniedTopics(topics, AclOperation.Describe, static topic => topic.TopicName)
            : [];
        await shareGroups.DescribeOffsetsAsync(group, answer, cancellationToken).ConfigureAwait(false);
        if (group.Topics is null && context.IsAuthorizing)
            answer.Topics.TakeOut(topic => !context.IsTopicAllowed(AclOperation.Describe, topic.TopicName, isAudited: false));
        if (answer.ErrorCode != ErrorCode.None) return;
        foreach (DescribeShareGroupOffsetsRequest.DescribeShareGroupOffsetsRequestTopic topic in denied)
        {
            DescribeShareGroupOffsetsResponse.DescribeShareGroupOffsetsResponseTopic topicEntry = answer.Topics.Add();
            topicEntry.TopicName = topic.TopicName;
            foreach (int partition in topic.Partitions)
            {
                DescribeShareGroupOffsetsResponse.DescribeShareGroupOffsetsResponsePartition entry = topicEntry.Partitions.Add();
                entry.PartitionIndex = partition;
                entry.StartOffset = -1;
                entry.Lag = -1;
                entry.ErrorCode = ErrorCode.TopicAuthorizationFailed;
                entry.ErrorMessage = ErrorCodes.Name(entry.ErrorCode);
            }
        }
    }

    protected override void Fail(DescribeShareGroupOffsetsRequest request, DescribeShareGroupOffsetsResponse response, ErrorCode error)
    {
        foreach (DescribeShareGroupOffsetsRequest.DescribeShareGroupOffsetsRequestGroup group in request.Groups)
        {
            DescribeShareGroupOffsetsResponse.DescribeShareGroupOffsetsResponseGroup entry = response.Groups.Add();
            entry.GroupId = group.GroupId;
            entry.ErrorCode = error;
        }
    }
}
