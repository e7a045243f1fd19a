using Sluice.Broker.Requests;
using Sluice.Broker.Topics;
using Sluice.Log;
using Sluice.Metadata.Acls;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// ListOffsets, key 2, v1–v11.
// Finds the offset for a timestamp, or for one of the special ones: -1 latest, -2 earliest, -3 largest timestamp (v7, KIP-734),
// -4 earliest local (v8, KIP-405), -5 latest tiered (v9, KIP-1005), -6 earliest pending upload (v11, KIP-1023).
// v2 isolation level. v4 leader epochs. Nothing is tiered here, so -4 is -2, and -5 and -6 find nothing.
internal sealed class ListOffsetsHandler(BrokerServices services) : ApiHandler<ListOffsetsRequest, ListOffsetsResponse>
{
    private const long Latest = -1;
    private const long Earliest = -2;
    private const long MaxTimestamp = -3;
    private const long EarliestLocal = -4;
    private const long LatestTiered = -5;
    private const long EarliestPendingUpload = -6;

    protected override ValueTask HandleAsync(
        ListOffsetsRequest request, ListOffsetsResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        // A partition that is named twice is answered once, as an error: two timestamps for it cannot be told apart in an answer.
        HashSet<(string, int)> duplicates = FindDuplicates(request);
        HashSet<(string, int)> answeredDuplicates = [];
        Dictionary<string, ListOffsetsResponse.ListOffsetsTopicResponse> answers = new(StringComparer.Ordinal);
        foreach (ListOffsetsRequest.ListOffsetsTopic topic in request.Topics)
        {
            if (topic.Partitions.Count == 0) continue;
            if (!answers.TryGetValue(topic.Name, out ListOffsetsResponse.ListOffsetsTopicResponse? topicResponse))
            {
                topicResponse = response.Topics.Add();
                topicResponse.Name = topic.Name;
                answers.Add(topic.Name, topicResponse);
            }
            bool isAllowed = context.IsTopicAllowed(AclOperation.Describe, topic.Name);
            foreach (ListOffsetsRequest.ListOffsetsPartition partition in topic.Partitions)
            {
                if (duplicates.Contains((topic.Name, partition.PartitionIndex)) && !answeredDuplicates.Add((topic.Name, partition.PartitionIndex))) continue;
                ListOffsetsResponse.ListOffsetsPartitionResponse entry = topicResponse.Partitions.Add();
                entry.PartitionIndex = partition.PartitionIndex;
                entry.ErrorCode = !isAllowed ? ErrorCode.TopicAuthorizationFailed : duplicates.Contains((topic.Name, partition.PartitionIndex))
                    ? ErrorCode.InvalidRequest
                    : Lookup(request, context.ApiVersion, topic.Name, partition, entry);
            }
        }
        return ValueTask.CompletedTask;
    }

    protected override void Fail(ListOffsetsRequest request, ListOffsetsResponse response, ErrorCode error)
    {
        foreach (ListOffsetsRequest.ListOffsetsTopic topic in request.Topics)
        {
            ListOffsetsResponse.ListOffsetsTopicResponse topicResponse = response.Topics.Add();
            topicResponse.Name = topic.Name;
            foreach (ListOffsetsRequest.ListOffsetsPartition partition in topic.Partitions)
            {
                ListOffsetsResponse.ListOffsetsPartitionResponse entry = topicResponse.Partitions.Add();
                entry.PartitionIndex = partition.PartitionIndex;
                entry.ErrorCode = error;
            }
        }
    }

    private static HashSet<(string, int)> FindDuplicates(ListOffsetsRequest request)
    {
        HashSet<(string, int)> seen = [];
        HashSet<(string, int)> duplicates = [];
        foreach (ListOffsetsRequest.ListOffsetsTopic topic in request.Topics)
        {
            foreach (ListOffsetsRequest.ListOffsetsPartition partition in topic.Partitions)
            {
                if (!seen.Add((topic.Name, partition.PartitionIndex))) duplicates.Add((topic.Name, partition.PartitionIndex));
            }
        }
        return duplicates;
    }

    /// <returns>False if the disk failed, which the log has logged: the other partitions of the request are none the worse.</returns>
    private static bool TryFind(PartitionLog log, long timestamp, out OffsetLookup lookup)
    {
        try
        {
            lookup = timestamp == MaxTimestamp ? log.FindMaxTimestamp() : log.FindByTimestamp(timestamp);
            return true;
        }
        catch (IOException)
        {
            lookup = OffsetLookup.None;
            return false;
        }
    }

    private static short FirstVersionOf(long timestamp) => timestamp switch
    {
        >= Earliest => 1,
        MaxTimestamp => 7,
        EarliestLocal => 8,
        LatestTiered => 9,
        EarliestPendingUpload => 11,
        _ => short.MaxValue,
    };

    private ErrorCode Lookup(
        ListOffsetsRequest request,
        short apiVersion,
        string topicName,
        ListOffsetsRequest.ListOffsetsPartition partition,
        ListOffsetsResponse.ListOffsetsPartitionResponse entry)
    {
        ErrorCode error = services.Topics.Table.Find(topicName, partition.PartitionIndex, out _, out Partition? found);
        if (error != ErrorCode.None) return error;
        if (apiVersion < FirstVersionOf(partition.Timestamp)) return ErrorCode.UnsupportedVersion;
        PartitionLog log = found!.Log;
        error = LeaderEpochs.Check(partition.CurrentLeaderEpoch, log.LeaderEpoch);
        if (error != ErrorCode.None) return error;

        LogOffsets offsets = log.Offsets();
        bool isReplica = request.ReplicaId >= 0;
        bool tellsEpoch = apiVersion >= 4;
        long lastFetchable = isReplica ? offsets.LogEndOffset : request.IsolationLevel == 1 ? offsets.LastStableOffset : offsets.HighWatermark;
        switch (partition.Timestamp)
        {
            case Latest:
                entry.Offset = lastFetchable;
                if (tellsEpoch) entry.LeaderEpoch = log.LeaderEpoch;
                return ErrorCode.None;
            case Earliest or EarliestLocal:
                entry.Offset = offsets.LogStartOffset;
                if (tellsEpoch) entry.LeaderEpoch = log.EpochForOffset(offsets.LogStartOffset);
                return ErrorCode.None;
            case LatestTiered or EarliestPendingUpload:
                return ErrorCode.None;
            default:
                if (!TryFind(log, partition.Timestamp, out OffsetLookup lookup)) return ErrorCode.KafkaStorageError;
                if (!lookup.IsFound || lookup.Offset >= lastFetchable) return ErrorCode.None;
                entry.Offset = lookup.Offset;
                entry.Timestamp = lookup.TimestampMs;
                if (tellsEpoch) entry.LeaderEpoch = lookup.LeaderEpoch;
                return ErrorCode.None;
        }
    }
}
