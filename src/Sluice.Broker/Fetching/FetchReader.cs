using Sluice.Broker.Requests;
using Sluice.Broker.Topics;
using Sluice.Log;
using Sluice.Metadata.Acls;
using Sluice.Protocol;
using Sluice.Transfer;

namespace Sluice.Broker.Fetching;

/// <summary>Reads the partitions of a fetch: finds regions, touches no record bytes.</summary>
/// <remarks>
/// Stateless; any thread, which is not made to wait for the disk: batch headers that are not in memory are read in by the threads that are there
/// for that. What is found is left in the targets, which own the regions.
/// </remarks>
internal sealed class FetchReader(BrokerServices services)
{
    /// <summary>
    /// How often a lookup is helped before it waits by itself: a cold range is one window of headers, and an index interval has few of
    /// them. More can only mean that memory is so short that pages go before they are looked at.
    /// </summary>
    private const int ColdRangesMax = 16;

    /// <summary>Reads every target in order, until the byte limit is used up.</summary>
    /// <returns>Complete at once, without an allocation, if all headers that it needs are in memory.</returns>
    public ValueTask<FetchOutcome> ReadAsync(IReadOnlyList<FetchTarget> targets, FetchOptions options, CancellationToken cancellationToken)
    {
        FetchProgress progress = new(options.MaxBytes);
        return ReadOn(targets, options, ref progress, patientIndex: -1) is { } cold
            ? ReadColdAsync(targets, options, progress, cold, cancellationToken)
            : new ValueTask<FetchOutcome>(progress.Outcome);
    }

    private async ValueTask<FetchOutcome> ReadColdAsync(
        IReadOnlyList<FetchTarget> targets, FetchOptions options, FetchProgress progress, FileRegion cold, CancellationToken cancellationToken)
    {
        FileRegion? range = cold;
        int targetIndex = progress.TargetIndex;
        int rangesCount = 0;
        while (range is { } next)
        {
            if (progress.TargetIndex != targetIndex)
            {
                targetIndex = progress.TargetIndex;
                rangesCount = 0;
            }
            await ReadInAsync(next, cancellationToken).ConfigureAwait(false);
            range = ReadOn(targets, options, ref progress, patientIndex: ++rangesCount < ColdRangesMax ? -1 : targetIndex);
        }
        return progress.Outcome;
    }

    /// <summary>Reads on from where <paramref name="progress"/> stands.</summary>
    /// <param name="targets">All of the fetch.</param>
    /// <param name="options">Of the fetch.</param>
    /// <param name="progress">Moved on.</param>
    /// <param name="patientIndex">The target whose lookup may wait for the disk; -1 for none.</param>
    /// <returns>What must be read in, with a reference, before this can go on; null once every target has its outcome.</returns>
    private FileRegion? ReadOn(IReadOnlyList<FetchTarget> targets, FetchOptions options, ref FetchProgress progress, int patientIndex)
    {
        TopicTable topics = services.Topics.Table;
        for (; progress.TargetIndex < targets.Count; progress.TargetIndex++)
        {
            FetchTarget target = targets[progress.TargetIndex];
            target.ClearResult();
            target.Error = Locate(topics, target, options);
            if (target.Error == ErrorCode.None)
            {
                bool mayWait = progress.TargetIndex == patientIndex;
                target.Error = ReadLog(target, options, progress.LeftBytes, progress.IsEmpty, mayWait, out FileRegion? cold);
                if (cold is not null) return cold;
            }
            if (target.Error != ErrorCode.None) target.Offsets = new LogOffsets(-1, -1, -1, -1);
            progress.MustAnswer |= target.Error != ErrorCode.None || target.Diverging is not null;
            target.FoundBytes = target.Records.SizeBytes;
            progress.Add(target.FoundBytes);
        }
        return null;
    }

    private static ErrorCode Locate(TopicTable topics, FetchTarget target, FetchOptions options)
    {
        short apiVersion = options.ApiVersion;
        ErrorCode error;
        Partition? partition;
        if (apiVersion >= 13)
        {
            error = topics.Find(target.TopicId, target.PartitionIndex, out TopicState? topic, out partition);
            if (topic is not null) target.Topic = topic.Name;
        }
        else
        {
            error = topics.Find(target.Topic, target.PartitionIndex, out _, out partition);
        }
        // Whether the client may read is said before whether there is anything; an id that is not known has no name to ask for.
        if (error != ErrorCode.UnknownTopicId && options.Client is { } client && !MayRead(client, target.Topic, options.IsReplica))
        {
            target.Partition = null;
            return ErrorCode.TopicAuthorizationFailed;
        }
        target.Partition = partition;
        if (error != ErrorCode.None) return error == ErrorCode.KafkaStorageError && apiVersion <= 5 ? ErrorCode.NotLeaderOrFollower : error;
        // There are no followers: whoever says that it is one must not be served what consumers may not see yet.
        if (options.IsReplica) return ErrorCode.NotLeaderOrFollower;
        // Any negative epoch is "not given" here; the requests that ask for offsets compare all but -1. So does Kafka.
        return target.CurrentLeaderEpoch < 0 ? ErrorCode.None : LeaderEpochs.Check(target.CurrentLeaderEpoch, partition!.Log.LeaderEpoch);
    }

    private static bool MayRead(RequestContext client, string topic, bool isReplica) =>
        isReplica ? client.IsClusterAllowed(AclOperation.ClusterAction) : client.IsTopicAllowed(AclOperation.Read, topic);

    private async ValueTask ReadInAsync(FileRegion cold, CancellationToken cancellationToken)
    {
        try
        {
            await services.ColdReads.ReadInAsync(cold, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            cold.Release();
        }
    }

    private static ErrorCode ReadLog(
        FetchTarget target, FetchOptions options, int leftBytes, bool minOneMessage, bool mayWait, out FileRegion? cold)
    {
        cold = null;
        PartitionLog log = target.Partition!.Log;
        target.EndAtRead = log.EndPosition;
        LogOffsets offsets = log.Offsets();
        target.Offsets = offsets;
        if (target.LastFetchedEpoch >= 0)
        {
            EpochEndOffset end = log.EndOffsetForEpoch(target.LastFetchedEpoch);
            if (end.EndOffset < 0 || target.FetchOffset < offsets.LogStartOffset) return ErrorCode.OffsetOutOfRange;
            if (end.LeaderEpoch < target.LastFetchedEpoch || end.EndOffset < target.FetchOffset)
            {
                target.Diverging = end;
                return ErrorCode.None;
            }
        }
        if (target.FetchOffset < offsets.LogStartOffset || target.FetchOffset > offsets.LogEndOffset) return ErrorCode.OffsetOutOfRange;

        long upTo = options.ReadCommitted ? offsets.LastStableOffset : offsets.HighWatermark;
        if (target.FetchOffset >= upTo) return ErrorCode.None;
        int maxBytes = Math.Min(target.PartitionMaxBytes, leftBytes);
        LogReadResult result = mayWait
            ? log.Read(target.FetchOffset, maxBytes, upTo, minOneMessage)
            : log.ReadResident(target.FetchOffset, maxBytes, upTo, minOneMessage);
        switch (result.Status)
        {
            case LogReadStatus.Region:
                target.Records.Set(result.Region);
                if (options.ReadCommitted) target.AbortedTransactions = log.CollectAbortedTransactions(target.FetchOffset, result.NextOffset);
                return ErrorCode.None;
            case LogReadStatus.Cold:
                cold = result.Region;
                return ErrorCode.None;
            case LogReadStatus.OutOfRange:
                // Retention moved the log start between the snapshot and the read.
                return ErrorCode.OffsetOutOfRange;
            case LogReadStatus.StorageError:
                return ErrorCode.KafkaStorageError;
            default:
                return ErrorCode.None;
        }
    }
}
