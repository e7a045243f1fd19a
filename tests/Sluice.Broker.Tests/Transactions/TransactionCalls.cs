using Sluice.Broker.Tests.Support;
using Sluice.Client;
using Sluice.Protocol;
using Sluice.Protocol.Messages;
using Sluice.Protocol.Records;

namespace Sluice.Broker.Tests.Transactions;

/// <summary>What consumers and operators see of transactions, in one line each.</summary>
internal static class TransactionCalls
{
    private const sbyte ReadCommitted = 1;

    /// <summary>The values that a read_committed consumer would hand to its application, up to the last stable offset.</summary>
    public static async Task<List<string?>> ReadCommittedAsync(this KafkaConnection connection, TestTopic topic, int partition = 0)
    {
        FetchRequest request = BrokerCalls.FetchRequest(topic, (partition, 0));
        request.IsolationLevel = ReadCommitted;
        FetchResponse.PartitionData data = (await connection.SendAsync(request)).Single();
        data.ErrorCode.ShouldBe(ErrorCode.None);
        return Committed(data);
    }

    /// <summary>Where a transactional id stands.</summary>
    public static async Task<DescribeTransactionsResponse.TransactionStateData> DescribeTransactionAsync(this KafkaConnection connection, string transactionalId) =>
        (await connection.SendAsync(new DescribeTransactionsRequest { TransactionalIds = [transactionalId] })).TransactionStates.ShouldHaveSingleItem();

    /// <summary>Waits until a transactional id stands where the test wants it.</summary>
    public static async Task UntilTransactionIsAsync(this KafkaConnection connection, string transactionalId, string state)
    {
        using CancellationTokenSource deadline = new(TestBroker.Deadline);
        while ((await connection.DescribeTransactionAsync(transactionalId)).TransactionState != state) await Task.Delay(1, deadline.Token);
    }

    /// <summary>A group's offset of one partition; -1 = none.</summary>
    public static async Task<(long Offset, ErrorCode Error)> CommittedOffsetAsync(this KafkaConnection connection, string groupId, TestTopic topic, int partition = 0, bool requireStable = false)
    {
        OffsetFetchRequest request = new() { RequireStable = requireStable };
        OffsetFetchRequest.OffsetFetchRequestGroup asked = request.Groups.Add();
        asked.GroupId = groupId;
        asked.Topics = [];
        OffsetFetchRequest.OffsetFetchRequestTopics entry = asked.Topics.Add();
        entry.Name = topic.Name;
        entry.PartitionIndexes.Add(partition);
        using CancellationTokenSource deadline = new(TestBroker.Deadline);
        while (true)
        {
            OffsetFetchResponse.OffsetFetchResponseGroup group = (await connection.SendAsync(request, 9)).Groups.ShouldHaveSingleItem();
            if (group.ErrorCode == ErrorCode.CoordinatorLoadInProgress)
            {
                await Task.Delay(1, deadline.Token);
                continue;
            }
            OffsetFetchResponse.OffsetFetchResponsePartitions found = group.Topics.ShouldHaveSingleItem().Partitions.ShouldHaveSingleItem();
            return (found.CommittedOffset, found.ErrorCode);
        }
    }

    /// <summary>What a partition knows of its producers.</summary>
    public static async Task<List<DescribeProducersResponse.ProducerState>> DescribeProducersAsync(this KafkaConnection connection, TestTopic topic, int partition = 0)
    {
        DescribeProducersRequest request = new();
        DescribeProducersRequest.TopicRequest entry = request.Topics.Add();
        entry.Name = topic.Name;
        entry.PartitionIndexes.Add(partition);
        return [.. (await connection.SendAsync(request)).Topics.ShouldHaveSingleItem().Partitions.ShouldHaveSingleItem().ActiveProducers];
    }

    // As a consumer does it: an aborted transaction of a producer lasts from its first offset to the marker.
    private static List<string?> Committed(FetchResponse.PartitionData data)
    {
        List<FetchResponse.AbortedTransaction> aborted = [.. data.AbortedTransactions ?? []];
        HashSet<long> aborting = [];
        List<string?> values = [];
        Batches.ForEach(data.Records, bytes =>
        {
            var batch = new RecordBatchView(bytes.Span);
            long lastOffset = batch.LastOffset;
            foreach (FetchResponse.AbortedTransaction each in aborted.Where(each => each.FirstOffset <= lastOffset).ToArray())
            {
                aborting.Add(each.ProducerId);
                aborted.Remove(each);
            }
            if (batch.IsControl) aborting.Remove(batch.ProducerId);
            else if (!batch.IsTransactional || !aborting.Contains(batch.ProducerId)) values.AddRange(Batches.Read(new Records(bytes)).Select(static record => record.Value));
        });
        return values;
    }
}
