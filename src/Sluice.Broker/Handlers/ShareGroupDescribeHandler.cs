using Sluice.Broker.Coordinators.Groups;
using Sluice.Broker.Requests;
using Sluice.Metadata.Acls;
using Sluice.Metadata.Features;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// ShareGroupDescribe, key 77, v1.
// Share groups only (KIP-932).
internal sealed class ShareGroupDescribeHandler(GroupCoordinator groups) : ApiHandler<ShareGroupDescribeRequest, ShareGroupDescribeResponse>
{
    public override Feature? Feature => ClusterFeatures.Share;

    protected override async ValueTask HandleAsync(
        ShareGroupDescribeRequest request, ShareGroupDescribeResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        foreach (string groupId in request.GroupIds)
        {
            ShareGroupDescribeResponse.DescribedGroup entry = response.Groups.Add();
            if (!context.IsGroupAllowed(AclOperation.Describe, groupId))
            {
                entry.GroupId = groupId;
                entry.ErrorCode = ErrorCode.GroupAuthorizationFailed;
                continue;
            }
            ErrorCode error = await groups.RunAsync(groupId, shard => shard.Share.Describe(groupId, entry), cancellationToken).ConfigureAwait(false);
            if (error != ErrorCode.None)
            {
                entry.Reset();
                entry.GroupId = groupId;
                entry.ErrorCode = error;
                entry.ErrorMessage = ErrorCodes.Name(error);
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

    private static bool HidesTopics(ShareGroupDescribeResponse.DescribedGroup group, RequestContext context) =>
        group.Members.SelectMany(static member => member.Assignment.TopicPartitions).Any(topic => !context.IsTopicAllowed(AclOperation.Describe, topic.TopicName));

    protected override void Fail(ShareGroupDescribeRequest request, ShareGroupDescribeResponse response, ErrorCode error)
    {
        foreach (string groupId in request.GroupIds)
        {
            ShareGroupDescribeResponse.DescribedGroup entry = response.Groups.Add();
            entry.GroupId = groupId;
            entry.ErrorCode = error;
        }
    }
}
