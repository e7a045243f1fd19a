using Sluice.Broker.Coordinators.Share;
using Sluice.Broker.Requests;
using Sluice.Broker.Sharing;
using Sluice.Metadata.Acls;
using Sluice.Metadata.Features;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// ShareFetch, key 78, v1–v2.
// Acknowledges what a member of a share group is done with, and gives it more (KIP-932): records leave as file regions, as those of Fetch do.
// v2 a limit that counts records exactly (KIP-1206), renewal of locks (KIP-1222).
internal sealed class ShareFetchHandler(BrokerServices services, SharingServices sharing) : ApiHandler<ShareFetchRequest, ShareFetchResponse>
{
    public override Feature? Feature => ClusterFeatures.Share;

    protected override async ValueTask HandleAsync(
        ShareFetchRequest request, ShareFetchResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        ShareFetchState state = ShareFetchState.Of(context, sharing.Sessions, services.Time);
        response.ErrorCode = context.IsGroupAllowed(AclOperation.Read, request.GroupId ?? "") ? Check(request) : ErrorCode.GroupAuthorizationFailed;
        if (response.ErrorCode == ErrorCode.None) response.ErrorCode = Begin(request, state);
        if (response.ErrorCode == ErrorCode.ShareSessionLimitReached)
        {
            // Or the member would ask again at once, and again.
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Max(0, request.MaxWaitMs)), services.Time, cancellationToken).ConfigureAwait(false);
        }
        if (response.ErrorCode != ErrorCode.None) return;

        ShareSession session = state.Current!;
        bool isFinal = request.ShareSessionEpoch == ShareSessions.FinalEpoch;
        response.AcquisitionLockTimeoutMs = sharing.Settings.LockDurationMs(session.GroupId);
        await AcknowledgeAsync(request, session, context).ConfigureAwait(false);
        if (!isFinal && !request.IsRenewAck) await sharing.Fetcher.FetchAsync(session, Limits(request), context, cancellationToken).ConfigureAwait(false);
        Answer(session, response);
        if (isFinal) await sharing.Sessions.EndAsync(session).ConfigureAwait(false);
    }

    protected override void Fail(ShareFetchRequest request, ShareFetchResponse response, ErrorCode error) => response.ErrorCode = error;

    public override void Release(RequestContext context) => context.ShareFetch?.EndRequest();

    private static ErrorCode Check(ShareFetchRequest request)
    {
        if (string.IsNullOrEmpty(request.GroupId) || !ShareMembers.IsMemberId(request.MemberId)) return ErrorCode.InvalidRequest;
        bool asksForRecords = request.MaxBytes != 0 || request.MinBytes != 0 || request.MaxRecords != 0 || request.MaxWaitMs != 0;
        return request.IsRenewAck && asksForRecords ? ErrorCode.InvalidRequest : ErrorCode.None;
    }

    private ErrorCode Begin(ShareFetchRequest request, ShareFetchState state)
    {
        bool isInitial = request.ShareSessionEpoch == ShareSessions.InitialEpoch;
        if (isInitial && request.Topics.Any(static topic => topic.Partitions.Any(static partition => partition.AcknowledgementBatches.Count > 0))) return ErrorCode.InvalidRequest;
        ErrorCode error = isInitial
            ? sharing.Sessions.TryBegin(request.GroupId!, request.MemberId!, state, out ShareSession? session)
            : sharing.Sessions.TryUse(request.GroupId!, request.MemberId!, request.ShareSessionEpoch, state, out session);
        if (error != ErrorCode.None) return error;
        state.Current = session;
        foreach (ShareFetchRequest.ForgottenTopic topic in request.ForgottenTopicsData)
        {
            foreach (int partition in topic.Partitions) session!.Remove(topic.TopicId, partition);
        }
        return ErrorCode.None;
    }

    private async ValueTask AcknowledgeAsync(ShareFetchRequest request, ShareSession session, RequestContext context)
    {
        foreach (ShareFetchRequest.FetchTopic topic in request.Topics)
        {
            bool isDenied = services.Topics.Table.Find(topic.TopicId) is { } known && !context.IsTopicAllowed(AclOperation.Read, known.Name);
            foreach (ShareFetchRequest.FetchPartition partition in topic.Partitions)
            {
                ShareTarget target = session.Add(topic.TopicId, partition.PartitionIndex);
                target.IsAsked = request.ShareSessionEpoch == ShareSessions.InitialEpoch;
                if (partition.AcknowledgementBatches.Count == 0) continue;
                if (isDenied)
                {
                    target.Acknowledged = ErrorCode.TopicAuthorizationFailed;
                    continue;
                }
                Acknowledgement[] acknowledgements = [.. partition.AcknowledgementBatches.Select(static batch => new Acknowledgement(batch.FirstOffset, batch.LastOffset, batch.AcknowledgeTypes))];
                target.Acknowledged = await sharing.Acknowledger.AcknowledgeAsync(
                    new SharePartitionKey(session.GroupId, topic.TopicId, partition.PartitionIndex),
                    session.MemberId,
                    acknowledgements,
                    request.IsRenewAck && sharing.Settings.MayRenew(session.GroupId)).ConfigureAwait(false);
            }
        }
    }

    private ShareFetchLimits Limits(ShareFetchRequest request) => new(
        TimeSpan.FromMilliseconds(Math.Max(0, request.MaxWaitMs)),
        request.MinBytes,
        Math.Clamp(request.MaxBytes, 1, services.Settings.FetchMaxBytes),
        Math.Max(1, request.MaxRecords),
        Math.Max(1, request.BatchSize),
        (AcquireMode)request.ShareAcquireMode);

    private void Answer(ShareSession session, ShareFetchResponse response)
    {
        // Clients look topics up by their id: each must be there once, in whatever order its partitions came.
        Dictionary<Uuid, ShareFetchResponse.ShareFetchableTopicResponse> topics = [];
        foreach (ShareTarget target in session.Targets)
        {
            if (!target.IsAsked && target.Error == ErrorCode.None && target.Acknowledged is null && target.Acquired.Count == 0) continue;
            if (!topics.TryGetValue(target.TopicId, out ShareFetchResponse.ShareFetchableTopicResponse? topic))
            {
                topics.Add(target.TopicId, topic = response.Responses.Add());
                topic.TopicId = target.TopicId;
            }
            ShareFetchResponse.PartitionData partition = topic.Partitions.Add();
            partition.PartitionIndex = target.PartitionIndex;
            partition.ErrorCode = target.Error;
            partition.ErrorMessage = ShareErrors.Describe(target.Error);
            partition.AcknowledgeErrorCode = target.Acknowledged ?? ErrorCode.None;
            partition.AcknowledgeErrorMessage = ShareErrors.Describe(partition.AcknowledgeErrorCode);
            if (target.Error == ErrorCode.NotLeaderOrFollower || target.Acknowledged == ErrorCode.NotLeaderOrFollower)
            {
                partition.CurrentLeader.LeaderId = services.BrokerId;
                partition.CurrentLeader.LeaderEpoch = target.Share?.Partition.Log.LeaderEpoch ?? -1;
            }
            partition.Records = target.Acquired.Count > 0 ? new Records(target.Fetch.Records) : new Records(ReadOnlyMemory<byte>.Empty);
            foreach (AcquiredRange range in target.Acquired)
            {
                ShareFetchResponse.AcquiredRecords acquired = partition.AcquiredRecords.Add();
                acquired.FirstOffset = range.FirstOffset;
                acquired.LastOffset = range.LastOffset;
                acquired.DeliveryCount = range.DeliveryCount;
            }
        }
    }
}
