using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Differential.Scenarios;

/// <summary>The requests of share groups below the coordinator of the group, in one line each.</summary>
internal static class Shares
{
    public const sbyte Gap = 0;
    public const sbyte Accept = 1;
    public const sbyte Release = 2;
    public const sbyte Reject = 3;
    public const sbyte Renew = 4;

    /// <summary>Has the state of partition 0 begin, as the coordinator of the group does.</summary>
    public static Task Begin(Session s, string group, Topic topic, int stateEpoch = 1, long startOffset = 0) => s.WaitUntil($"the state of {group} is begun", async () =>
    {
        FindCoordinatorRequest find = new() { KeyType = 2, CoordinatorKeys = { $"{group}:{topic.Id}:0" } };
        if ((await s.Ask(find, version: 6)).Coordinators[0].ErrorCode != ErrorCode.None) return false;
        return (await s.Ask(Initialize(group, topic, stateEpoch, startOffset), version: 0)).Results[0].Partitions[0].ErrorCode == ErrorCode.None;
    });

    /// <summary>Waits until members are served: Kafka reads the state beside the first fetch, which finds nothing.</summary>
    /// <remarks>The session stays: Kafka would forget the state with the last one.</remarks>
    public static Task UntilServed(Session s, string group, Topic topic) => s.WaitUntil(
        $"{group} is served", async () => (await s.Ask(Fetch(group, "first", 0, topic), version: 2)).Responses.Count > 0);

    public static InitializeShareGroupStateRequest Initialize(string group, Topic topic, int stateEpoch, long startOffset, int partition = 0, Uuid? id = null) => new()
    {
        GroupId = group,
        Topics = { new() { TopicId = id ?? topic.Id, Partitions = { new() { Partition = partition, StateEpoch = stateEpoch, StartOffset = startOffset } } } },
    };

    public static ReadShareGroupStateRequest Read(string group, Topic topic, int leaderEpoch = 0, int partition = 0, Uuid? id = null) => new()
    {
        GroupId = group,
        Topics = { new() { TopicId = id ?? topic.Id, Partitions = { new() { Partition = partition, LeaderEpoch = leaderEpoch } } } },
    };

    public static ReadShareGroupStateSummaryRequest Summarize(string group, Topic topic, int leaderEpoch = 0, int partition = 0, Uuid? id = null) => new()
    {
        GroupId = group,
        Topics = { new() { TopicId = id ?? topic.Id, Partitions = { new() { Partition = partition, LeaderEpoch = leaderEpoch } } } },
    };

    public static DeleteShareGroupStateRequest Delete(string group, Topic topic, int partition = 0, Uuid? id = null) => new()
    {
        GroupId = group,
        Topics = { new() { TopicId = id ?? topic.Id, Partitions = { new() { Partition = partition } } } },
    };

    public static WriteShareGroupStateRequest Write(
        string group, Topic topic, int stateEpoch, long startOffset, short version = 1, int leaderEpoch = 0, int completeCount = 0, int partition = 0, Uuid? id = null, params (long First, long Last, sbyte State, short Count)[] batches)
    {
        WriteShareGroupStateRequest.PartitionData data = new() { Partition = partition, StateEpoch = stateEpoch, LeaderEpoch = leaderEpoch, StartOffset = startOffset };
        if (version >= 1) data.DeliveryCompleteCount = completeCount;
        foreach ((long first, long last, sbyte state, short count) in batches) data.StateBatches.Add(new() { FirstOffset = first, LastOffset = last, DeliveryState = state, DeliveryCount = count });
        return new() { GroupId = group, Topics = { new() { TopicId = id ?? topic.Id, Partitions = { data } } } };
    }

    public static ShareFetchRequest Fetch(
        string? group, string? member, int epoch, Topic? topic, short version = 2, int partition = 0, int maxWaitMs = 0, int maxRecords = 500, int batchSize = 500, sbyte mode = 0, bool isRenew = false, params (long First, long Last, sbyte[] Types)[] acknowledgements)
    {
        ShareFetchRequest request = new()
        {
            GroupId = group, MemberId = member, ShareSessionEpoch = epoch,
            MaxWaitMs = isRenew ? 0 : maxWaitMs, MinBytes = isRenew ? 0 : 1, MaxBytes = isRenew ? 0 : 1_000_000, MaxRecords = isRenew ? 0 : maxRecords, BatchSize = batchSize,
        };
        if (version >= 2) (request.ShareAcquireMode, request.IsRenewAck) = (mode, isRenew);
        if (topic is null) return request;
        ShareFetchRequest.FetchPartition asked = new() { PartitionIndex = partition };
        foreach ((long first, long last, sbyte[] types) in acknowledgements) asked.AcknowledgementBatches.Add(new() { FirstOffset = first, LastOffset = last, AcknowledgeTypes = [.. types] });
        request.Topics.Add(new() { TopicId = topic.Id, Partitions = { asked } });
        return request;
    }

    public static ShareAcknowledgeRequest Acknowledge(
        string? group, string? member, int epoch, Topic? topic, short version = 2, int partition = 0, bool isRenew = false, params (long First, long Last, sbyte[] Types)[] acknowledgements)
    {
        ShareAcknowledgeRequest request = new() { GroupId = group, MemberId = member, ShareSessionEpoch = epoch };
        if (version >= 2) request.IsRenewAck = isRenew;
        if (topic is null) return request;
        ShareAcknowledgeRequest.AcknowledgePartition said = new() { PartitionIndex = partition };
        foreach ((long first, long last, sbyte[] types) in acknowledgements) said.AcknowledgementBatches.Add(new() { FirstOffset = first, LastOffset = last, AcknowledgeTypes = [.. types] });
        request.Topics.Add(new() { TopicId = topic.Id, Partitions = { said } });
        return request;
    }
}
