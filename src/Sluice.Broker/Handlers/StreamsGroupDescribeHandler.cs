using Sluice.Broker.Coordinators.Groups;
using Sluice.Broker.Requests;
using Sluice.Metadata.Acls;
using Sluice.Metadata.Features;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// StreamsGroupDescribe, key 89, v0.
// Streams groups only (KIP-1071).
internal sealed class StreamsGroupDescribeHandler(GroupCoordinator groups) : ApiHandler<StreamsGroupDescribeRequest, StreamsGroupDescribeResponse>
{
    public override Feature? Feature => ClusterFeatures.Streams;

    protected override async ValueTask HandleAsync(
        StreamsGroupDescribeRequest request, StreamsGroupDescribeResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        foreach (string groupId in request.GroupIds)
        {
            StreamsGroupDescribeResponse.DescribedGroup entry = response.Groups.Add();
            if (!context.IsGroupAllowed(AclOperation.Describe, groupId))
            {
                entry.GroupId = groupId;
                entry.ErrorCode = ErrorCode.GroupAuthorizationFailed;
                continue;
            }
            ErrorCode error = await groups.RunAsync(groupId, shard => shard.Streams.Describe(groupId, entry), cancellationToken).ConfigureAwait(false);
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
                entry.ErrorMessage = "The described group uses topics that the client is not authorized to describe.";
            }
            else if (request.IncludeAuthorizedOperations && entry.ErrorCode == ErrorCode.None)
            {
                entry.AuthorizedOperations = context.AuthorizedOperations(AclResourceType.Group, groupId);
            }
        }
    }

    private static bool HidesTopics(StreamsGroupDescribeResponse.DescribedGroup group, RequestContext context) => group.Topology?.Subtopologies is { } parts && parts
        .SelectMany(static part => part.SourceTopics
            .Concat(part.RepartitionSinkTopics)
            .Concat(part.RepartitionSourceTopics.Select(static topic => topic.Name))
            .Concat(part.StateChangelogTopics.Select(static topic => topic.Name)))
        .Any(name => !context.IsTopicAllowed(AclOperation.Describe, name));

    protected override void Fail(StreamsGroupDescribeRequest request, StreamsGroupDescribeResponse response, ErrorCode error)
    {
        foreach (string groupId in request.GroupIds)
        {
            StreamsGroupDescribeResponse.DescribedGroup entry = response.Groups.Add();
            entry.GroupId = groupId;
            entry.ErrorCode = error;
        }
    }
}
