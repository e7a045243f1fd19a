using Sluice.Broker.Coordinators.Transactions;
using Sluice.Broker.Tests.Support;
using Sluice.Client;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Tests.Transactions;

/// <summary>A transactional producer, request by request: of clients that raise the epoch with every transaction, or of those before them.</summary>
/// <param name="connection">Where its requests go.</param>
/// <param name="transactionalId">Its transactional id.</param>
/// <param name="isVersion2">Which of the two it is.</param>
internal sealed class TransactionalProducer(KafkaConnection connection, string transactionalId, bool isVersion2)
{
    private readonly Dictionary<(string Topic, int Partition), int> _sequences = [];

    public string TransactionalId { get; } = transactionalId;

    public ProducerIdentity Identity { get; set; } = ProducerIdentity.None;

    public KafkaConnection Connection { get; set; } = connection;

    private short ProduceVersion => isVersion2 ? (short)13 : (short)11;

    /// <summary>Finds the coordinator and gets an epoch, asking again while an older transaction ends.</summary>
    public static async Task<TransactionalProducer> StartAsync(KafkaConnection connection, string transactionalId = "tx", bool isVersion2 = true, int timeoutMs = 60_000)
    {
        TransactionalProducer producer = new(connection, transactionalId, isVersion2);
        await producer.InitAsync(timeoutMs);
        return producer;
    }

    public async Task InitAsync(int timeoutMs = 60_000)
    {
        FindCoordinatorResponse found = await Connection.SendAsync(new FindCoordinatorRequest { CoordinatorKeys = [TransactionalId], KeyType = 1 });
        found.Coordinators.ShouldHaveSingleItem().ErrorCode.ShouldBe(ErrorCode.None);
        using CancellationTokenSource deadline = new(TestBroker.Deadline);
        while (true)
        {
            InitProducerIdResponse answer = await TryInitAsync(timeoutMs);
            if (answer.ErrorCode is ErrorCode.ConcurrentTransactions or ErrorCode.CoordinatorLoadInProgress)
            {
                await Task.Delay(1, deadline.Token);
                continue;
            }
            answer.ErrorCode.ShouldBe(ErrorCode.None);
            Take(answer.ProducerId, answer.ProducerEpoch);
            return;
        }
    }

    public Task<InitProducerIdResponse> TryInitAsync(int timeoutMs = 60_000, ProducerIdentity? expected = null, short? version = null) =>
        Connection.SendAsync(
            new InitProducerIdRequest
            {
                TransactionalId = TransactionalId, TransactionTimeoutMs = timeoutMs, ProducerId = expected?.Id ?? -1, ProducerEpoch = expected?.Epoch ?? -1,
            },
            version);

    /// <summary>Produces one batch inside the transaction.</summary>
    public async Task<ErrorCode> TrySendAsync(TestTopic topic, int partition, params string[] values)
    {
        if (!isVersion2 && await AddPartitionsAsync(topic, partition) is var error and not ErrorCode.None) return error;
        return await TrySendUnaskedAsync(topic, partition, values);
    }

    public async Task SendAsync(TestTopic topic, int partition, params string[] values) => (await TrySendAsync(topic, partition, values)).ShouldBe(ErrorCode.None);

    /// <summary>Produces one batch whose partition the producer has not added to its transaction itself.</summary>
    public async Task<ErrorCode> TrySendUnaskedAsync(TestTopic topic, int partition, params string[] values)
    {
        int sequence = _sequences.GetValueOrDefault((topic.Name, partition));
        ProduceRequest request = BrokerCalls.ProduceRequest(
            topic, acks: -1, (partition, new Records(Batches.Transactional(Identity.Id, Identity.Epoch, sequence, values))));
        request.TransactionalId = TransactionalId;
        ProduceResponse response = await Connection.SendAsync(request, ProduceVersion);
        ErrorCode error = response.Responses.ShouldHaveSingleItem().PartitionResponses.ShouldHaveSingleItem().ErrorCode;
        if (error == ErrorCode.None) _sequences[(topic.Name, partition)] = sequence + values.Length;
        return error;
    }

    public async Task<ErrorCode> AddPartitionsAsync(TestTopic topic, params int[] partitions)
    {
        AddPartitionsToTxnRequest request = new() { V3AndBelowTransactionalId = TransactionalId, V3AndBelowProducerId = Identity.Id, V3AndBelowProducerEpoch = Identity.Epoch };
        AddPartitionsToTxnRequest.AddPartitionsToTxnTopic entry = request.V3AndBelowTopics.Add();
        entry.Name = topic.Name;
        entry.Partitions.AddRange(partitions);
        AddPartitionsToTxnResponse response = await Connection.SendAsync(request, 3);
        return response.ResultsByTopicV3AndBelow.ShouldHaveSingleItem().ResultsByPartition[0].PartitionErrorCode;
    }

    /// <summary>Commits an offset inside the transaction.</summary>
    public async Task<ErrorCode> TryCommitOffsetAsync(string group, TestTopic topic, int partition, long offset)
    {
        if (!isVersion2)
        {
            AddOffsetsToTxnResponse added = await Connection.SendAsync(
                new AddOffsetsToTxnRequest { TransactionalId = TransactionalId, ProducerId = Identity.Id, ProducerEpoch = Identity.Epoch, GroupId = group });
            if (added.ErrorCode != ErrorCode.None) return added.ErrorCode;
        }
        TxnOffsetCommitRequest request = new() { TransactionalId = TransactionalId, GroupId = group, ProducerId = Identity.Id, ProducerEpoch = Identity.Epoch };
        TxnOffsetCommitRequest.TxnOffsetCommitRequestTopic entry = request.Topics.Add();
        entry.Name = topic.Name;
        TxnOffsetCommitRequest.TxnOffsetCommitRequestPartition asked = entry.Partitions.Add();
        asked.PartitionIndex = partition;
        asked.CommittedOffset = offset;
        using CancellationTokenSource deadline = new(TestBroker.Deadline);
        while (true)
        {
            TxnOffsetCommitResponse response = await Connection.SendAsync(request, isVersion2 ? (short)5 : (short)4);
            ErrorCode error = response.Topics.ShouldHaveSingleItem().Partitions.ShouldHaveSingleItem().ErrorCode;
            if (error != ErrorCode.CoordinatorLoadInProgress) return error;
            await Task.Delay(1, deadline.Token);
        }
    }

    /// <summary>Commits or aborts; a producer of version 2 goes on with what the answer tells.</summary>
    public async Task<ErrorCode> TryEndAsync(bool isCommit)
    {
        EndTxnRequest request = new() { TransactionalId = TransactionalId, ProducerId = Identity.Id, ProducerEpoch = Identity.Epoch, Committed = isCommit };
        EndTxnResponse response = await Connection.SendAsync(request, isVersion2 ? (short)5 : (short)4);
        if (response.ErrorCode == ErrorCode.None && isVersion2) Take(response.ProducerId, response.ProducerEpoch);
        return response.ErrorCode;
    }

    public async Task CommitAsync() => (await TryEndAsync(isCommit: true)).ShouldBe(ErrorCode.None);

    public async Task AbortAsync() => (await TryEndAsync(isCommit: false)).ShouldBe(ErrorCode.None);

    // A new epoch begins its sequences anew.
    private void Take(long producerId, short epoch)
    {
        Identity = new ProducerIdentity(producerId, epoch);
        _sequences.Clear();
    }
}
