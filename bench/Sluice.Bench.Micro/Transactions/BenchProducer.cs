using Sluice.Client;
using Sluice.Protocol;
using Sluice.Protocol.Messages;
using Sluice.Protocol.Records;
using static Sluice.Bench.Micro.Support.Figures;

namespace Sluice.Bench.Micro.Transactions;

/// <summary>A transactional producer of the second version (KIP-890): one Produce request and one EndTxn for each transaction.</summary>
internal sealed class BenchProducer : IAsyncDisposable
{
    private static readonly byte[] s_value = new byte[100];

    private readonly KafkaConnection _connection;
    private readonly string _transactionalId;
    private readonly BenchTarget _topic;
    private readonly int _partition;
    private long _producerId;
    private short _epoch;

    private BenchProducer(KafkaConnection connection, string transactionalId, BenchTarget topic, int partition)
    {
        _connection = connection;
        _transactionalId = transactionalId;
        _topic = topic;
        _partition = partition;
    }

    /// <summary>Finds the coordinator and gets an epoch.</summary>
    /// <param name="connection">Disposed with the producer.</param>
    /// <param name="transactionalId">Its own.</param>
    /// <param name="topic">Where to.</param>
    /// <param name="partition">Where to.</param>
    internal static async Task<BenchProducer> StartAsync(KafkaConnection connection, string transactionalId, BenchTarget topic, int partition)
    {
        var producer = new BenchProducer(connection, transactionalId, topic, partition);
        while (true)
        {
            FindCoordinatorResponse found = await connection.SendAsync(new FindCoordinatorRequest { CoordinatorKeys = [transactionalId], KeyType = 1 });
            Check(found.Coordinators[0].ErrorCode);
            InitProducerIdResponse answer = await connection.SendAsync(
                new InitProducerIdRequest { TransactionalId = transactionalId, TransactionTimeoutMs = 60_000, ProducerId = -1, ProducerEpoch = -1 });
            if (answer.ErrorCode is ErrorCode.ConcurrentTransactions or ErrorCode.CoordinatorLoadInProgress)
            {
                await Task.Delay(5);
                continue;
            }
            Check(answer.ErrorCode);
            (producer._producerId, producer._epoch) = (answer.ProducerId, answer.ProducerEpoch);
            return producer;
        }
    }

    /// <summary>One transaction: a batch, and its end.</summary>
    internal async Task RunAsync(int recordCount, bool isCommit)
    {
        RecordBatchBuilder batch = new() { ProducerId = _producerId, ProducerEpoch = _epoch, BaseSequence = 0, IsTransactional = true };
        long nowMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        for (int i = 0; i < recordCount; i++) batch.Append(nowMs, NullableBytes.Null, s_value);
        ProduceRequest request = new() { TransactionalId = _transactionalId, Acks = -1, TimeoutMs = 30_000 };
        ProduceRequest.TopicProduceData topic = request.TopicData.Add();
        topic.Name = _topic.Name;
        topic.TopicId = _topic.Id;
        ProduceRequest.PartitionProduceData partition = topic.PartitionData.Add();
        partition.Index = _partition;
        partition.Records = new Records(batch.Build());
        Check((await _connection.SendAsync(request)).Responses[0].PartitionResponses[0].ErrorCode);
        EndTxnResponse end = await _connection.SendAsync(
            new EndTxnRequest { TransactionalId = _transactionalId, ProducerId = _producerId, ProducerEpoch = _epoch, Committed = isCommit });
        Check(end.ErrorCode);
        (_producerId, _epoch) = (end.ProducerId, end.ProducerEpoch);
    }

    /// <summary>The offset after the last whole batch of an answer.</summary>
    internal static long NextOffset(Records records)
    {
        ReadOnlySpan<byte> bytes = records.Bytes.Span;
        long next = -1;
        while (bytes.Length >= RecordBatchFormat.HeaderBytes)
        {
            var batch = new RecordBatchView(bytes);
            if (batch.SizeBytes > bytes.Length) break;
            next = batch.LastOffset + 1;
            bytes = bytes[batch.SizeBytes..];
        }
        return next;
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
