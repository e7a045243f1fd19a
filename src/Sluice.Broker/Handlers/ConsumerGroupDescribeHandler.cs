using Sluice.Broker.Coordinators.Groups;
using Sluice.Broker.Requests;
using Sluice.Metadata.Acls;
using Sluice.Metadata.Features;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// ConsumerGroupDescribe, key 69, v0–v1.
// Groups of the newer consumer protocol only (KIP-848). v1 tells which protocol each member speaks (KIP-1099).
internal sealed class ConsumerGroupDescribeHandler(GroupCoordinator groups) : ApiHandler<ConsumerGroupDescribeRequest, ConsumerGroupDescribeResponse>
{
    public override Feature? Feature => ClusterFeatures.Group;

    protected override async ValueTask HandleAsync(
        ConsumerGroupDescribeRequest request, ConsumerGroupDescribeResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        foreach (string groupId in request.GroupIds)
        {
            ConsumerGroupDescribeResponse.DescribedGroup entry = response.Groups.Add();
            if (!context.IsGroupAllowed(AclOperation.Describe, groupId))
            {
                entry.GroupId = groupId;
                entry.ErrorCode = ErrorCode.GroupAuthorizationFailed;
                continue;
            }
            ErrorCode error = await groups.RunAsync(groupId, shard => shard.Consumer.Describe(groupId, entry), cancellationToken).ConfigureAwait(false);
            if (error != ErrorCode.None)
            {
                entry.Reset();
                entry.GroupId = groupId;
                entry.ErrorCode = error;
            }
            else if (context.IsAuthorizing && HidesTopics(entry, context))
            {
                entry.Reset();
                entry.GroupId = groupId;
                entry.ErrorCode = ErrorCode.TopicAuthorizationFailed;
                entry.ErrorMessage = "The group has described topic(s) that the client is not authorized to describe.";
            }
            else if (request.IncludeAuthorizedOperations && entry.ErrorCode == ErrorCode.None)
            {
                entry.AuthorizedOperations = context.AuthorizedOperations(AclResourceType.Group, groupId);
            }
        }
    }

    private static bool HidesTopics(ConsumerGroupDescribeResponse.DescribedGroup group, RequestContext context) =>
        group.Members.SelectMany(static member => member.Assignment.TopicPartitions.Concat(member.TargetAssignment.TopicPartitions))
            .Any(topic => !context.IsTopicAllowed(AclOperation.Describe, topic.TopicName));

    protected override void Fail(ConsumerGroupDescribeRequest request, ConsumerGroupDescribeResponse response, ErrorCode error)
    {
        foreach (string groupId in request.GroupIds)
        {
            ConsumerGroupDescribeResponse.DescribedGroup entry = response.Groups.Add();
            entry.GroupId = groupId;
            entry.ErrorCode = error;
        }
    }
}
