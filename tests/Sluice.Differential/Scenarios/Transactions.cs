using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Differential.Scenarios;

/// <summary>The requests of transactional producers, in one line each.</summary>
internal static class Transactions
{
    /// <summary>First version of Produce whose batches add their partition to the transaction.</summary>
    public const short ImplicitProduce = 12;

    /// <summary>A producer as its requests name it.</summary>
    public readonly record struct Writer(long Id, short Epoch)
    {
        public Writer Of(int epoch) => this with { Epoch = (short)epoch };
    }

    /// <summary>A transactional id of this scenario, once the peer has a coordinator for it and ids to give.</summary>
    public static async Task<string> Id(Session s, string name = "tx")
    {
        string id = s.Name(name);
        await IdempotentProduceScenarios.NewProducer(s);
        await s.WaitUntil($"{id} has a coordinator", async () =>
        {
            FindCoordinatorResponse found = await s.Ask(new FindCoordinatorRequest { CoordinatorKeys = { id }, KeyType = 1 }, version: 4);
            return found.Coordinators[0].ErrorCode == ErrorCode.None && await ErrorOf(s, id) is ErrorCode.None or ErrorCode.TransactionalIdNotFound;
        });
        return id;
    }

    /// <summary>A transactional id and its first producer, whose id and epoch are compared.</summary>
    public static async Task<(string Id, Writer Writer)> Begin(Session s, string name = "tx", int timeoutMs = 60_000)
    {
        string id = await Id(s, name);
        InitProducerIdResponse? answer = await s.Send(Init(id, timeoutMs: timeoutMs), 4, $"{name} begins");
        return (id, new Writer(answer!.ProducerId, answer.ProducerEpoch));
    }

    public static InitProducerIdRequest Init(string? id, Writer? expected = null, int timeoutMs = 60_000)
    {
        InitProducerIdRequest request = new() { TransactionalId = id, TransactionTimeoutMs = timeoutMs };
        if (expected is { } writer) (request.ProducerId, request.ProducerEpoch) = (writer.Id, writer.Epoch);
        return request;
    }

    /// <summary>As clients ask: one transaction, up to version 3.</summary>
    public static AddPartitionsToTxnRequest Add(string id, Writer writer, params (string Topic, int Partition)[] partitions)
    {
        AddPartitionsToTxnRequest request = new() { V3AndBelowTransactionalId = id, V3AndBelowProducerId = writer.Id, V3AndBelowProducerEpoch = writer.Epoch };
        AddTo(request.V3AndBelowTopics, partitions);
        return request;
    }

    /// <summary>As brokers ask, from version 4 on.</summary>
    public static AddPartitionsToTxnRequest AddMany(params (string Id, Writer Writer, bool VerifyOnly, (string Topic, int Partition)[] Partitions)[] transactions)
    {
        AddPartitionsToTxnRequest request = new();
        foreach ((string id, Writer writer, bool verifyOnly, (string, int)[] partitions) in transactions)
        {
            AddPartitionsToTxnRequest.AddPartitionsToTxnTransaction entry = new() { TransactionalId = id, ProducerId = writer.Id, ProducerEpoch = writer.Epoch, VerifyOnly = verifyOnly };
            AddTo(entry.Topics, partitions);
            request.Transactions.Add(entry);
        }
        return request;
    }

    public static AddPartitionsToTxnRequest Add(string id, Writer writer, Topic topic, int partition = 0) => Add(id, writer, (topic.Name, partition));

    public static AddOffsetsToTxnRequest AddOffsets(string id, Writer writer, string group) => new()
    {
        TransactionalId = id, ProducerId = writer.Id, ProducerEpoch = writer.Epoch, GroupId = group,
    };

    public static TxnOffsetCommitRequest CommitOffset(
        string id, Writer writer, string group, string topic, long offset, int partition = 0, string? metadata = "note", int generation = -1, string memberId = "", string? instanceId = null) => new()
        {
            TransactionalId = id, GroupId = group, ProducerId = writer.Id, ProducerEpoch = writer.Epoch, GenerationId = generation, MemberId = memberId, GroupInstanceId = instanceId,
            Topics = { new() { Name = topic, Partitions = { new() { PartitionIndex = partition, CommittedOffset = offset, CommittedMetadata = metadata } } } },
        };

    public static EndTxnRequest End(string id, Writer writer, bool commit) => new() { TransactionalId = id, ProducerId = writer.Id, ProducerEpoch = writer.Epoch, Committed = commit };

    public static WriteTxnMarkersRequest Marker(Writer writer, bool commit, int coordinatorEpoch, sbyte transactionVersion, params (string Topic, int Partition)[] partitions)
    {
        WriteTxnMarkersRequest.WritableTxnMarker marker = new()
        {
            ProducerId = writer.Id, ProducerEpoch = writer.Epoch, TransactionResult = commit, CoordinatorEpoch = coordinatorEpoch, TransactionVersion = transactionVersion,
        };
        foreach (IGrouping<string, (string Topic, int Partition)> topic in partitions.GroupBy(static partition => partition.Topic))
            marker.Topics.Add(new() { Name = topic.Key, PartitionIndexes = [.. topic.Select(static partition => partition.Partition)] });
        return new() { Markers = { marker } };
    }

    /// <summary>A batch of a transaction.</summary>
    public static ProduceRequest Produce(Session s, Topic topic, string? id, Writer writer, int sequence, int partition = 0, int count = 1)
    {
        ProduceRequest request = ProduceScenarios.To(topic, Batch(s, writer, sequence, count), partition: partition);
        request.TransactionalId = id;
        return request;
    }

    public static byte[] Batch(Session s, Writer writer, int sequence, int count = 1) => s.Batch(new BatchOptions
    {
        RecordsCount = count, ProducerId = writer.Id, ProducerEpoch = writer.Epoch, BaseSequence = sequence, IsTransactional = true,
    });

    /// <summary>Writes inside the transaction, which must succeed; nothing of it is compared.</summary>
    public static async Task Write(Session s, Topic topic, string id, Writer writer, int sequence = 0, int partition = 0, int count = 1)
    {
        ProduceResponse written = await s.Ask(Produce(s, topic, id, writer, sequence, partition, count), ImplicitProduce);
        ErrorCode error = written.Responses[0].PartitionResponses[0].ErrorCode;
        if (error != ErrorCode.None) throw new InvalidOperationException($"{s.Peer.Name} refused a batch of {id}: {error}");
    }

    /// <summary>Ends the transaction as a client of transaction version 2 does, and waits until its markers are written; nothing of it is compared.</summary>
    /// <returns>Whom the next transaction belongs to.</returns>
    public static async Task<Writer> EndAndWait(Session s, string id, Writer writer, bool commit)
    {
        EndTxnResponse ended = await s.Ask(End(id, writer, commit), version: 5);
        if (ended.ErrorCode != ErrorCode.None) throw new InvalidOperationException($"{s.Peer.Name} did not end {id}: {ended.ErrorCode}");
        await UntilEnded(s, id);
        return new Writer(ended.ProducerId, ended.ProducerEpoch);
    }

    /// <summary>Waits until the transaction that was ended is complete.</summary>
    public static Task UntilEnded(Session s, string id) => s.WaitUntil(
        $"{id} is complete", async () => (await Describe(s, id)).TransactionState is "CompleteCommit" or "CompleteAbort");

    public static DescribeTransactionsRequest Describe(params string[] ids) => new() { TransactionalIds = [.. ids] };

    private static async Task<DescribeTransactionsResponse.TransactionStateData> Describe(Session s, string id) =>
        (await s.Ask(Describe([id]), version: 0)).TransactionStates[0];

    private static async Task<ErrorCode> ErrorOf(Session s, string id) => (await Describe(s, id)).ErrorCode;

    private static void AddTo(MessageList<AddPartitionsToTxnRequest.AddPartitionsToTxnTopic> topics, (string Topic, int Partition)[] partitions)
    {
        foreach (IGrouping<string, (string Topic, int Partition)> topic in partitions.GroupBy(static partition => partition.Topic))
            topics.Add(new() { Name = topic.Key, Partitions = [.. topic.Select(static partition => partition.Partition)] });
    }
}
