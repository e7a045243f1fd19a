using Sluice.Broker.Coordinators.Groups.Share;
using Sluice.Broker.Requests;
using Sluice.Metadata.Acls;
using Sluice.Metadata.Features;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// DeleteShareGroupOffsets, key 92, v0.
// Forgets where a share group is in topics, if nobody is in it (KIP-932).
internal sealed class DeleteShareGroupOffsetsHandler(ShareGroupAdmin shareGroups) : ApiHandler<DeleteShareGroupOffsetsRequest, DeleteShareGroupOffsetsResponse>
{
    public override Feature? Feature => ClusterFeatures.Share;

    protected override async ValueTask HandleAsync(
        DeleteShareGroupOffsetsRequest request, DeleteShareGroupOffsetsResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        if (!context.IsGroupAllowed(AclOperation.Delete, request.GroupId))
        {
            response.ErrorCode = ErrorCode.GroupAuthorizationFailed;
            response.ErrorMessage = ErrorCodes.Meaning(response.ErrorCode);
            return;
        }
        IReadOnlyList<DeleteShareGroupOffsetsRequest.DeleteShareGroupOffsetsRequestTopic> denied =
            context.TakeDeniedTopics(request.Topics, AclOperation.Read, static topic => topic.TopicName);
        await shareGroups.DeleteOffsetsAsync(request, response, cancellationToken).ConfigureAwait(false);
        if (response.ErrorCode != ErrorCode.None) return;
        foreach (DeleteShareGroupOffsetsRequest.DeleteShareGroupOffsetsRequestTopic topic in denied)
        {
            DeleteShareGroupOffsetsResponse.DeleteShareGroupOffsetsResponseTopic entry = response.Responses.Add();
            entry.TopicName = topic.TopicName;
            entry.ErrorCode = ErrorCode.TopicAuthorizationFailed;
            entry.ErrorMessage = ErrorCodes.Name(entry.ErrorCode);
        }
    }

    protected override void Fail(DeleteShareGroupOffsetsRequest request, DeleteShareGroupOffsetsResponse response, ErrorCode error) =>
        (response.ErrorCode, response.ErrorMessage) = (error, ErrorCodes.Meaning(error));
}
