using Sluice.Broker.Coordinators.Share;
using Sluice.Broker.Requests;
using Sluice.Broker.Sharing;
using Sluice.Metadata.Acls;
using Sluice.Metadata.Features;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// ShareAcknowledge, key 79, v1–v2.
// Acknowledges what a member of a share group is done with, without asking for more (KIP-932). v2 renewal of locks (KIP-1222).
internal sealed class ShareAcknowledgeHandler(BrokerServices services, SharingServices sharing) : ApiHandler<ShareAcknowledgeRequest, ShareAcknowledgeResponse>
{
    public override Feature? Feature => ClusterFeatures.Share;

    protected override async ValueTask HandleAsync(
        ShareAcknowledgeRequest request, ShareAcknowledgeResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        if (!context.IsGroupAllowed(AclOperation.Read, request.GroupId ?? ""))
        {
            response.ErrorCode = ErrorCode.GroupAuthorizationFailed;
            return;
        }
        response.ErrorCode = Begin(request, ShareFetchState.Of(context, sharing.Sessions, services.Time), out ShareSession? session);
        if (session is null) return;
        response.AcquisitionLockTimeoutMs = sharing.Settings.LockDurationMs(session.GroupId);
        foreach (ShareAcknowledgeRequest.AcknowledgeTopic topic in request.Topics)
        {
            ShareAcknowledgeResponse.ShareAcknowledgeTopicResponse answer = response.Responses.Add();
            answer.TopicId = topic.TopicId;
            bool isDenied = services.Topics.Table.Find(topic.TopicId) is { } known && !context.IsTopicAllowed(AclOperation.Read, known.Name);
            foreach (ShareAcknowledgeRequest.AcknowledgePartition partition in topic.Partitions)
            {
                Acknowledgement[] acknowledgements = [.. partition.AcknowledgementBatches.Select(static batch => new Acknowledgement(batch.FirstOffset, batch.LastOffset, batch.AcknowledgeTypes))];
                ShareAcknowledgeResponse.PartitionData entry = answer.Partitions.Add();
                entry.PartitionIndex = partition.PartitionIndex;
                entry.ErrorCode = isDenied ? ErrorCode.TopicAuthorizationFailed : await sharing.Acknowledger.AcknowledgeAsync(
                    new SharePartitionKey(session.GroupId, topic.TopicId, partition.PartitionIndex),
                    session.MemberId,
                    acknowledgements,
                    request.IsRenewAck && sharing.Settings.MayRenew(session.GroupId)).ConfigureAwait(false);
                entry.ErrorMessage = ShareErrors.Describe(entry.ErrorCode);
                if (entry.ErrorCode == ErrorCode.NotLeaderOrFollower) entry.CurrentLeader.LeaderId = services.BrokerId;
            }
        }
        if (request.ShareSessionEpoch == ShareSessions.FinalEpoch) await sharing.Sessions.EndAsync(session).ConfigureAwait(false);
    }

    protected override void Fail(ShareAcknowledgeRequest request, ShareAcknowledgeResponse response, ErrorCode error) => response.ErrorCode = error;

    private ErrorCode Begin(ShareAcknowledgeRequest request, ShareFetchState state, out ShareSession? session)
    {
        session = null;
        if (string.IsNullOrEmpty(request.GroupId) || !ShareMembers.IsMemberId(request.MemberId)) return ErrorCode.InvalidRequest;
        return request.ShareSessionEpoch == ShareSessions.InitialEpoch
            ? ErrorCode.InvalidShareSessionEpoch
            : sharing.Sessions.TryUse(request.GroupId, request.MemberId!, request.ShareSessionEpoch, state, out session);
    }
}
