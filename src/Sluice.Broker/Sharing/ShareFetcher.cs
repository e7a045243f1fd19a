using Sluice.Broker.Coordinators.Share;
using Sluice.Broker.Fetching;
using Sluice.Broker.Requests;
using Sluice.Log;
using Sluice.Metadata.Acls;
using Sluice.Protocol;
using Sluice.Transfer;

namespace Sluice.Broker.Sharing;

/// <summary>Fetches for members of share groups: finds records that nobody has, takes them, and leaves regions of files to be sent.</summary>
/// <remarks>Stateless; any thread. What is found is left in the session's targets. Record bytes are not touched: batch headers are enough.</remarks>
internal sealed class ShareFetcher(BrokerServices services, FetchReader reader, SharePartitions partitions, ShareSettings settings)
{
    // Share fetches name topics by id only, as Fetch does from here on.
    private const short FetchVersion = 16;

    private static readonly IReadOnlySet<long> Nothing = new HashSet<long>();

    /// <summary>Fetches every partition of a session, and waits for records if there are none.</summary>
    public async ValueTask FetchAsync(ShareSession session, ShareFetchLimits limits, RequestContext context, CancellationToken cancellationToken)
    {
        long startTimestamp = services.Time.GetTimestamp();
        while (true)
        {
            List<ShareTarget> begun = await BeginAsync(session, context).ConfigureAwait(false);
            TimeSpan left = limits.MaxWait - services.Time.GetElapsedTime(startTimestamp);
            bool isPatient = left > TimeSpan.Zero && limits.MinBytes > 0;
            bool mustAnswer = session.Targets.Exists(static target => target.Error != ErrorCode.None);
            bool readCommitted = settings.IsReadCommitted(session.GroupId);
            FetchOutcome found = begun.Count > 0 ? await ReadAsync(begun, limits, readCommitted, cancellationToken).ConfigureAwait(false) : default;
            mustAnswer |= begun.Exists(static target => target.Error != ErrorCode.None);
            bool isEnough = found.Bytes > 0 && (found.Bytes >= Math.Min(limits.MinBytes, limits.MaxBytes) || !isPatient || mustAnswer);
            long acquiredCount = isEnough ? await AcquireAsync(session, begun, limits, readCommitted, cancellationToken).ConfigureAwait(false) : 0;
            foreach (ShareTarget target in begun) target.EndFetch();
            if (acquiredCount > 0 || mustAnswer || !isPatient) return;

            // All of it was archived: there may be more behind it.
            if (isEnough) continue;
            foreach (ShareTarget target in begun) target.Fetch.ClearResult();
            await WaitAsync(session, begun, limits, readCommitted, left, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<List<ShareTarget>> BeginAsync(ShareSession session, RequestContext context)
    {
        List<ShareTarget> begun = [];
        int count = session.Targets.Count;
        for (int i = 0; i < count; i++)
        {
            // Another one comes first each time, so that one busy partition does not starve the others.
            ShareTarget target = session.Targets[(int)((uint)(i + session.NextEpoch) % (uint)count)];
            target.Clear();
            if (services.Topics.Table.Find(target.TopicId) is { } topic && !context.IsTopicAllowed(AclOperation.Read, topic.Name))
            {
                (target.Error, target.Share) = (ErrorCode.TopicAuthorizationFailed, null);
                continue;
            }
            (target.Error, target.Share) = await partitions.OpenAsync(new SharePartitionKey(session.GroupId, target.TopicId, target.PartitionIndex)).ConfigureAwait(false);
            if (target.Share is null) continue;
            target.Attempt = target.Share.TryBeginFetch();
            if (!target.Attempt.IsBegun) continue;
            target.Fetch.FetchOffset = target.Attempt.Offset;
            begun.Add(target);
        }
        return begun;
    }

    private async ValueTask<FetchOutcome> ReadAsync(List<ShareTarget> begun, ShareFetchLimits limits, bool readCommitted, CancellationToken cancellationToken)
    {
        foreach (ShareTarget target in begun) target.Fetch.PartitionMaxBytes = Math.Max(1, limits.MaxBytes / begun.Count);
        FetchTarget[] targets = [.. begun.Select(static target => target.Fetch)];
        FetchOutcome outcome = await reader.ReadAsync(targets, new FetchOptions(FetchVersion, limits.MaxBytes, readCommitted, IsReplica: false, Client: null), cancellationToken).ConfigureAwait(false);
        foreach (ShareTarget target in begun)
        {
            // Out of range: the log start has just moved. The next attempt begins there.
            target.Error = target.Fetch.Error == ErrorCode.OffsetOutOfRange ? ErrorCode.None : target.Fetch.Error;
        }
        return outcome;
    }

    private async ValueTask<long> AcquireAsync(
        ShareSession session, List<ShareTarget> begun, ShareFetchLimits limits, bool readCommitted, CancellationToken cancellationToken)
    {
        long acquiredCount = 0;
        List<BatchSpan> batches = [];
        foreach (ShareTarget target in begun)
        {
            if (target.Fetch.Records.SizeBytes == 0) continue;
            long recordsLeft = limits.MaxRecords - acquiredCount;
            if (recordsLeft > 0)
            {
                await CollectAsync(target, (int)recordsLeft, batches, cancellationToken).ConfigureAwait(false);
                IReadOnlySet<long> aborted = readCommitted ? FindAborted(batches, target.Fetch.AbortedTransactions) : Nothing;
                target.Acquired = target.Share!.Acquire(session.MemberId, limits.Mode, (int)recordsLeft, limits.BatchSize, target.Attempt.Offset, batches, aborted);
            }
            if (target.Acquired.Count == 0)
            {
                target.Fetch.Records.Release();
                continue;
            }
            foreach (AcquiredRange range in target.Acquired) acquiredCount += range.LastOffset - range.FirstOffset + 1;
            Narrow(target, batches);
        }
        return acquiredCount;
    }

    // A header that is not in memory is read in by the threads that are there for that.
    private async ValueTask CollectAsync(ShareTarget target, int recordsMax, List<BatchSpan> batches, CancellationToken cancellationToken)
    {
        while (true)
        {
            RegionBatches.Collect(target.Fetch.Records.Region, target.Attempt.Offset, recordsMax, batches, mayWait: false, out FileRegion? cold);
            if (cold is not { } range) return;
            try
            {
                await services.ColdReads.ReadInAsync(range, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                range.Release();
            }
        }
    }

    // Batches in which the member was given nothing do not travel.
    private static void Narrow(ShareTarget target, List<BatchSpan> batches)
    {
        long first = target.Acquired[0].FirstOffset;
        long last = target.Acquired[^1].LastOffset;
        int skippedBytes = batches.TakeWhile(batch => batch.LastOffset < first).Sum(static batch => batch.SizeBytes);
        int lengthBytes = batches.SkipWhile(batch => batch.LastOffset < first).TakeWhile(batch => batch.BaseOffset <= last).Sum(static batch => batch.SizeBytes);
        target.Fetch.Records.Narrow(skippedBytes, lengthBytes);
    }

    // As a consumer does: a transaction's records are dropped from its first one on, up to its producer's next marker.
    private static HashSet<long> FindAborted(List<BatchSpan> batches, IReadOnlyList<AbortedTransaction>? transactions)
    {
        HashSet<long> aborted = [];
        if (transactions is not { Count: > 0 }) return aborted;
        Queue<AbortedTransaction> toCome = new(transactions.OrderBy(static transaction => transaction.FirstOffset));
        HashSet<long> producerIds = [];
        foreach (BatchSpan batch in batches)
        {
            while (toCome.TryPeek(out AbortedTransaction next) && next.FirstOffset <= batch.LastOffset) producerIds.Add(toCome.Dequeue().ProducerId);
            if (batch.IsControl) producerIds.Remove(batch.ProducerId);
            else if (batch.IsTransactional && producerIds.Contains(batch.ProducerId)) aborted.Add(batch.BaseOffset);
        }
        return aborted;
    }

    private static async ValueTask WaitAsync(
        ShareSession session, List<ShareTarget> begun, ShareFetchLimits limits, bool readCommitted, TimeSpan maxWait, CancellationToken cancellationToken)
    {
        // An append helps only where everything before it is out; elsewhere it takes somebody who gives records back.
        FetchWaiter waiter = session.Owner.Waiter;
        FetchTarget[] appended = [.. begun.Select(static target => target.Fetch)];
        SharePartition[] shared = [.. session.Targets.Select(static target => target.Share).OfType<SharePartition>()];
        foreach (SharePartition partition in shared) partition.Park(waiter);
        try
        {
            await waiter.WaitAsync(appended, Math.Min(limits.MinBytes, limits.MaxBytes), readCommitted, maxWait, cancellationToken, HasNews).ConfigureAwait(false);
        }
        finally
        {
            foreach (SharePartition partition in shared) partition.Leave(waiter);
        }

        bool HasNews() => session.Targets.Exists(static target => target.Share?.HasNewsSince(target.Attempt) == true);
    }
}
