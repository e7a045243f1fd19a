using System.Runtime.CompilerServices;
using Sluice.Broker.Fetching;
using Sluice.Broker.Quotas;
using Sluice.Broker.Requests;
using Sluice.Log;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// Fetch, key 1, v4–v18.
// Answers at once if MinBytes are readable, else parks until an append, MaxWaitMs or shutdown; record bytes are not touched:
// the answer holds file regions.
// v4 isolation level. v7 fetch sessions (KIP-227). v9 leader epochs (KIP-320). v12 diverging epoch (KIP-595). v13 topic ids
// (KIP-516). Ignored: rack (KIP-392) and replica state, which need a second broker.
internal sealed class FetchHandler(BrokerServices services, FetchReader reader) : ApiHandler<FetchRequest, FetchResponse>
{
    public override bool RunsOnSocketThread(RequestContext context) => true;

    protected override bool ReuseMessages => true;

    protected override ValueTask HandleAsync(
        FetchRequest request, FetchResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        FetchState state = FetchState.Of(context, services.Time);
        response.ErrorCode = state.Begin(request, context.ApiVersion, services.FetchSessions);
        if (response.ErrorCode != ErrorCode.None) return ValueTask.CompletedTask;

        // What the client's quota can carry in a window; one batch is answered even if it is larger.
        int maxBytes = Math.Min(Math.Min(request.MaxBytes, services.Settings.FetchMaxBytes), services.Quotas.FetchBytesMax(context));
        ValueTask<FetchOutcome> read = reader.ReadAsync(state.Targets, Options(request, context, maxBytes), cancellationToken);
        if (!read.IsCompletedSuccessfully) return AnswerColdAsync(read, request, response, context, state, maxBytes, cancellationToken);
        if (!IsAnswer(read.Result, request, state, maxBytes)) return WaitAndAnswerAsync(request, response, context, state, maxBytes, cancellationToken);
        Answer(request, response, context, state);
        return ValueTask.CompletedTask;
    }

    protected override void Fail(FetchRequest request, FetchResponse response, ErrorCode error) => response.ErrorCode = error;

    public override void Release(RequestContext context) => context.Fetch?.End();

    /// <summary>A fetch whose lookup waits for the disk. A method of its own, so that those that wait for records pay for none of its state.</summary>
    private async ValueTask AnswerColdAsync(
        ValueTask<FetchOutcome> read,
        FetchRequest request,
        FetchResponse response,
        RequestContext context,
        FetchState state,
        int maxBytes,
        CancellationToken cancellationToken)
    {
        FetchOutcome outcome = await read.ConfigureAwait(false);
        if (IsAnswer(outcome, request, state, maxBytes)) Answer(request, response, context, state);
        else await WaitAndAnswerAsync(request, response, context, state, maxBytes, cancellationToken).ConfigureAwait(false);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask WaitAndAnswerAsync(
        FetchRequest request, FetchResponse response, RequestContext context, FetchState state, int maxBytes, CancellationToken cancellationToken)
    {
        state.ClearResults();
        context.Work.Pause(services.Time);
        await state.Waiter.WaitAsync(
            state.Targets,
            Math.Min(request.MinBytes, maxBytes),
            readCommitted: request.IsolationLevel == 1,
            TimeSpan.FromMilliseconds(request.MaxWaitMs),
            cancellationToken).ConfigureAwait(false);
        context.Work.Resume(services.Time);
        await reader.ReadAsync(state.Targets, Options(request, context, maxBytes), cancellationToken).ConfigureAwait(false);
        Answer(request, response, context, state);
    }

    /// <summary>Whether what was found is answered as it is, and not waited on for more.</summary>
    private static bool IsAnswer(FetchOutcome outcome, FetchRequest request, FetchState state, int maxBytes) =>
        request.MaxWaitMs <= 0 || outcome.MustAnswer || outcome.Bytes >= Math.Min(request.MinBytes, maxBytes) || state.Targets.Count == 0;

    private static FetchOptions Options(FetchRequest request, RequestContext context, int maxBytes) =>
        new(context.ApiVersion, maxBytes, request.IsolationLevel == 1, IsReplica: ReplicaId(request, context) >= 0, context);

    private static int ReplicaId(FetchRequest request, RequestContext context) =>
        context.ApiVersion >= 15 ? request.ReplicaState.ReplicaId : request.ReplicaId;

    private void Answer(FetchRequest request, FetchResponse response, RequestContext context, FetchState state)
    {
        response.SessionId = state.SessionId;
        FetchResponse.FetchableTopicResponse? topic = null;
        foreach (FetchTarget target in state.Targets)
        {
            if (!state.Tell(target)) continue;
            if (topic is null || topic.Topic != target.Topic || topic.TopicId != target.TopicId)
            {
                topic = response.Responses.Add();
                topic.Topic = target.Topic;
                topic.TopicId = target.TopicId;
            }
            FetchResponse.PartitionData partition = topic.Partitions.Add();
            partition.PartitionIndex = target.PartitionIndex;
            partition.ErrorCode = target.Error;
            partition.HighWatermark = target.Offsets.HighWatermark;
            partition.LastStableOffset = target.Offsets.LastStableOffset;
            partition.LogStartOffset = target.Offsets.LogStartOffset;
            if (target.Diverging is { } diverging)
            {
                partition.DivergingEpoch.Epoch = diverging.LeaderEpoch;
                partition.DivergingEpoch.EndOffset = diverging.EndOffset;
            }
            // The leader is told from v16 on (KIP-951); older clients ask for metadata anyway.
            if (context.ApiVersion >= 16 && target.Error is (ErrorCode.NotLeaderOrFollower or ErrorCode.FencedLeaderEpoch))
            {
                partition.CurrentLeader.LeaderId = services.BrokerId;
                partition.CurrentLeader.LeaderEpoch = target.Partition?.Log.LeaderEpoch ?? -1;
            }
            FillAborted(partition, target, request.IsolationLevel == 1);
            partition.Records = target.Records.SizeBytes > 0 ? new Records(target.Records) : new Records(ReadOnlyMemory<byte>.Empty);
        }
        if (!context.Work.IsMeasured || services.Quotas.TryAnswerFetch(context, ClientQuotas.ResponseBytes(context))) return;
        // Over its quota: the client is told how long to wait, and gets nothing.
        state.Retract(services.FetchSessions);
        response.Reset();
        response.SessionId = state.SessionId;
    }

    private static void FillAborted(FetchResponse.PartitionData partition, FetchTarget target, bool readCommitted)
    {
        // Null tells the client that the list does not apply; an empty one, that nothing in these records was aborted.
        if (target.Partition is not null && (!readCommitted || target.Error != ErrorCode.None))
        {
            partition.AbortedTransactions = null;
            return;
        }
        partition.AbortedTransactions ??= [];
        partition.AbortedTransactions.Clear();
        if (target.AbortedTransactions is null) return;
        foreach (AbortedTransaction aborted in target.AbortedTransactions)
        {
            FetchResponse.AbortedTransaction entry = partition.AbortedTransactions.Add();
            entry.ProducerId = aborted.ProducerId;
            entry.FirstOffset = aborted.FirstOffset;
        }
    }
}
