using Sluice.Client;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Tests.Share;

/// <summary>A member of a share group as far as its fetches go: one session on one connection.</summary>
internal sealed class ShareMember(ShareBench bench, KafkaConnection connection, string memberId)
{
    private int _epoch;

    public string MemberId { get; } = memberId;

    public KafkaConnection Connection { get; } = connection;

    /// <summary>Fetches, with the next epoch of the session; the first request names partition 0.</summary>
    public Task<ShareFetchResponse> SendFetchAsync(
        int maxRecords = 500, int maxWaitMs = 0, sbyte mode = 0, int? epoch = null, int[]? partitions = null, int batchSize = 500, bool isRenew = false, params (long First, long Last, sbyte[] Types)[] acknowledgements)
    {
        ShareFetchRequest request = new()
        {
            GroupId = ShareBench.Group, MemberId = MemberId, ShareSessionEpoch = epoch ?? _epoch, IsRenewAck = isRenew,
            MaxWaitMs = isRenew ? 0 : maxWaitMs, MinBytes = isRenew ? 0 : 1, MaxBytes = isRenew ? 0 : 1_000_000, MaxRecords = isRenew ? 0 : maxRecords, BatchSize = batchSize, ShareAcquireMode = mode,
        };
        int[] named = partitions ?? (_epoch == 0 || acknowledgements.Length > 0 ? [0] : []);
        if (named.Length > 0)
        {
            ShareFetchRequest.FetchTopic topic = request.Topics.Add();
            topic.TopicId = bench.Topic.Id;
            foreach (int partition in named)
            {
                ShareFetchRequest.FetchPartition entry = topic.Partitions.Add();
                entry.PartitionIndex = partition;
                foreach ((long first, long last, sbyte[] types) in acknowledgements)
                {
                    ShareFetchRequest.AcknowledgementBatch batch = entry.AcknowledgementBatches.Add();
                    batch.FirstOffset = first;
                    batch.LastOffset = last;
                    batch.AcknowledgeTypes.AddRange(types);
                }
            }
        }
        if (epoch is null) _epoch++;
        return Connection.SendAsync(request);
    }

    /// <summary>Fetches from partition 0; an answer without it is an empty one.</summary>
    public async Task<ShareFetchResponse.PartitionData> FetchAsync(
        int maxRecords = 500, int maxWaitMs = 0, sbyte mode = 0, int batchSize = 500, params (long First, long Last, sbyte[] Types)[] acknowledgements)
    {
        ShareFetchResponse response = await SendFetchAsync(maxRecords, maxWaitMs, mode, batchSize: batchSize, acknowledgements: acknowledgements);
        response.ErrorCode.ShouldBe(ErrorCode.None);
        return response.Responses.SelectMany(static topic => topic.Partitions).SingleOrDefault(static partition => partition.PartitionIndex == 0) ?? new();
    }

    /// <summary>What it was given, as ranges with their delivery counts.</summary>
    public async Task<(long First, long Last, int Count)[]> AcquireAsync(int maxRecords = 500, sbyte mode = 0, int batchSize = 500)
    {
        ShareFetchResponse.PartitionData partition = await FetchAsync(maxRecords, mode: mode, batchSize: batchSize);
        partition.ErrorCode.ShouldBe(ErrorCode.None);
        return [.. partition.AcquiredRecords.Select(static range => (range.FirstOffset, range.LastOffset, (int)range.DeliveryCount))];
    }

    /// <summary>Says one thing of a run of records.</summary>
    public Task<ErrorCode> AcknowledgeAsync(long first, long last, params sbyte[] types) => AcknowledgeAsync((first, last, types));

    /// <summary>Says something of some runs of records.</summary>
    public async Task<ErrorCode> AcknowledgeAsync(params (long First, long Last, sbyte[] Types)[] acknowledgements)
    {
        ShareAcknowledgeResponse response = await SendAcknowledgeAsync(_epoch++, isRenew: false, acknowledgements);
        response.ErrorCode.ShouldBe(ErrorCode.None);
        return response.Responses.ShouldHaveSingleItem().Partitions.ShouldHaveSingleItem().ErrorCode;
    }

    /// <summary>Begins the lock of a run of records anew.</summary>
    public async Task<ErrorCode> RenewAsync(long first, long last)
    {
        ShareAcknowledgeResponse response = await SendAcknowledgeAsync(_epoch++, isRenew: true, (first, last, [4]));
        response.ErrorCode.ShouldBe(ErrorCode.None);
        return response.Responses.ShouldHaveSingleItem().Partitions.ShouldHaveSingleItem().ErrorCode;
    }

    public Task<ShareAcknowledgeResponse> SendAcknowledgeAsync(int epoch, bool isRenew, params (long First, long Last, sbyte[] Types)[] acknowledgements)
    {
        ShareAcknowledgeRequest request = new() { GroupId = ShareBench.Group, MemberId = MemberId, ShareSessionEpoch = epoch, IsRenewAck = isRenew };
        if (acknowledgements.Length > 0)
        {
            ShareAcknowledgeRequest.AcknowledgeTopic topic = request.Topics.Add();
            topic.TopicId = bench.Topic.Id;
            ShareAcknowledgeRequest.AcknowledgePartition entry = topic.Partitions.Add();
            foreach ((long first, long last, sbyte[] types) in acknowledgements)
            {
                ShareAcknowledgeRequest.AcknowledgementBatch batch = entry.AcknowledgementBatches.Add();
                batch.FirstOffset = first;
                batch.LastOffset = last;
                batch.AcknowledgeTypes.AddRange(types);
            }
        }
        return Connection.SendAsync(request);
    }

    /// <summary>Ends the session as a client does that closes.</summary>
    public async Task CloseAsync() => (await SendFetchAsync(epoch: -1, partitions: [])).ErrorCode.ShouldBe(ErrorCode.None);
}
