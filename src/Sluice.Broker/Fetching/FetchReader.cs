using Sluice.Broker.Topics;
using Sluice.Log;
using Sluice.Protocol;

namespace Sluice.Broker.Fetching;

/// <summary>Reads the partitions of a fetch: finds regions, touches no record bytes.</summary>
/// <remarks>Stateless; any thread. What it finds is left in the targets, which own the regions.</remarks>
internal sealed class FetchReader(BrokerServices services)
{
    /// <summary>Reads every target in order, until the byte limit is used up.</summary>
    public FetchOutcome Read(IReadOnlyList<FetchTarget> targets, FetchOptions options)
    {
        TopicTable topics = services.Topics.Table;
        long bytes = 0;
        bool mustAnswer = false;
        int leftBytes = options.MaxBytes;
        bool minOneMessage = true;
        for (int i = 0; i < targets.Count; i++)
        {
            FetchTarget target = targets[i];
            target.ClearResult();
            target.Error = Locate(topics, target, options);
            if (target.Error == ErrorCode.None) target.Error = ReadLog(target, options, leftBytes, minOneMessage);
            if (target.Error != ErrorCode.None) target.Offsets = new LogOffsets(-1, -1, -1, -1);
            mustAnswer |= target.Error != ErrorCode.None || target.Diverging is not null;

            int readBytes = target.Records.SizeBytes;
            target.FoundBytes = readBytes;
            if (readBytes == 0) continue;
            minOneMessage = false;
            bytes += readBytes;
            leftBytes = Math.Max(0, leftBytes - readBytes);
        }
        return new FetchOutcome(bytes, mustAnswer);
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
        target.Partition = partition;
        if (error != ErrorCode.None) return error == ErrorCode.KafkaStorageError && apiVersion <= 5 ? ErrorCode.NotLeaderOrFollower : error;
        // There are no followers: whoever says that it is one must not be served what consumers may not see yet.
        if (options.IsReplica) return ErrorCode.NotLeaderOrFollower;
        // Any negative epoch is "not given" here; the requests that ask for offsets compare all but -1. So does Kafka.
        return target.CurrentLeaderEpoch < 0 ? ErrorCode.None : LeaderEpochs.Check(target.CurrentLeaderEpoch, partition!.Log.LeaderEpoch);
    }

    private static ErrorCode ReadLog(FetchTarget target, FetchOptions options, int leftBytes, bool minOneMessage)
    {
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
        LogReadResult result = log.Read(target.FetchOffset, Math.Min(target.PartitionMaxBytes, leftBytes), upTo, minOneMessage);
        switch (result.Status)
        {
            case LogReadStatus.Region:
                target.Records.Set(result.Region);
                if (options.ReadCommitted) target.AbortedTransactions = log.CollectAbortedTransactions(target.FetchOffset, result.NextOffset);
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
