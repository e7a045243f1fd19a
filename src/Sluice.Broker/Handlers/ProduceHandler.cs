using System.Runtime.InteropServices;
using Sluice.Broker.Coordinators.Transactions;
using Sluice.Broker.Network;
using Sluice.Broker.Requests;
using Sluice.Broker.Topics;
using Sluice.Log;
using Sluice.Metadata.Acls;
using Sluice.Protocol;
using Sluice.Protocol.Messages;
using Sluice.Protocol.Records;

namespace Sluice.Broker.Handlers;

// Produce, key 0, v3–v13.
// Appends one batch per partition and answers when the topic's durability rule holds; with one replica that is at once.
// v5 log start offset. v7 zstd. v8 record errors (KIP-467). v10 current leader (KIP-951). v12 partitions are added to transactions by the broker
// (KIP-890). v13 topic ids (KIP-516).
// ApiVersions tells v0, because librdkafka up to 2.8 switches compression off otherwise (KAFKA-18659).
// acks=0 has no answer at all; a failure closes the connection, so that the client asks for metadata again.
internal sealed partial class ProduceHandler(BrokerServices services, TransactionVerifier transactions, WriteStalls stalls) : ApiHandler<ProduceRequest, ProduceResponse>
{
    private const string AdminClientId = "__admin_client";

    /// <summary>From this version on clients leave it to the broker to add partitions to transactions.</summary>
    private const short ImplicitAddVersion = 12;

    /// <summary>Requests up to this long are handled on the thread that received them: checking and appending takes less than waking another one.</summary>
    private const int SocketThreadBytesMax = 128 << 10;

    public override short AdvertisedLowestVersion => 0;

    public override bool RunsOnSocketThread(RequestContext context) =>
        context.RequestBytes <= SocketThreadBytesMax && ((ProduceRequest)context.Request!).TransactionalId is null && !stalls.AreLikely;

    protected override bool ReuseMessages => true;

    protected override ValueTask HandleAsync(
        ProduceRequest request, ProduceResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        // Before anything can go wrong: an answer that the client does not expect would be taken for that of its next request.
        context.SuppressResponse = request.Acks == 0;
        if (CheckTransactions(request, context, out ProducerIdentity? producer) is var refusal and not ErrorCode.None)
        {
            Fail(request, response, refusal, ExplainRefusal(refusal));
            if (context.SuppressResponse) context.CloseAfterwards = CloseReason.UnacknowledgedFailure;
            return ValueTask.CompletedTask;
        }
        return producer is { } writer
            ? HandleTransactionAsync(request, response, writer, context, cancellationToken)
            : AppendAll(request, response, context, admissions: null);
    }

    private ValueTask AppendAll(
        ProduceRequest request, ProduceResponse response, RequestContext context, Dictionary<ProduceRequest.PartitionProduceData, Admission>? admissions)
    {
        TopicTable topics = services.Topics.Table;
        long beganTimestamp = stalls.Begin();
        bool failed = false;
        List<(Task Flush, ProduceResponse.PartitionProduceResponse Response)>? flushes = null;
        foreach (ProduceRequest.TopicProduceData topicData in request.TopicData)
        {
            // A topic without partitions is not answered, as with Kafka.
            if (topicData.PartitionData.Count == 0) continue;
            ProduceResponse.TopicProduceResponse topicResponse = response.Responses.Add();
            topicResponse.Name = topicData.Name;
            topicResponse.TopicId = topicData.TopicId;
            foreach (ProduceRequest.PartitionProduceData partitionData in topicData.PartitionData)
            {
                ProduceResponse.PartitionProduceResponse partitionResponse = topicResponse.PartitionResponses.Add();
                partitionResponse.Index = partitionData.Index;
                partitionResponse.BaseOffset = -1;
                Admission? admission = admissions?.TryGetValue(partitionData, out Admission found) == true ? found : null;
                ErrorCode located = Find(topics, topicData, partitionData.Index, context, out TopicState? topic, out Partition? partition);
                if (located != ErrorCode.None) partitionResponse.ErrorCode = located;
                else if (admission is { Error: not ErrorCode.None and var refused }) (partitionResponse.ErrorCode, partitionResponse.ErrorMessage) = (refused, ExplainRefusal(refused));
                else if (admission is { } admitted && admitted.Partition != partition) partitionResponse.ErrorCode = ErrorCode.NotLeaderOrFollower; // Deleted and made again meanwhile.
                else if (Append(request, context, topic!, partition!, partitionData.Records, admission, partitionResponse) is { } flush) (flushes ??= []).Add((flush, partitionResponse));
                failed |= partitionResponse.ErrorCode != ErrorCode.None;
            }
        }
        stalls.End(beganTimestamp);
        if (failed && context.SuppressResponse) context.CloseAfterwards = CloseReason.UnacknowledgedFailure;
        return flushes is null ? ValueTask.CompletedTask : AwaitAsync(flushes);
    }

    protected override void Fail(ProduceRequest request, ProduceResponse response, ErrorCode error) => Fail(request, response, error, message: null);

    private static void Fail(ProduceRequest request, ProduceResponse response, ErrorCode error, string? message)
    {
        foreach (ProduceRequest.TopicProduceData topicData in request.TopicData)
        {
            ProduceResponse.TopicProduceResponse topicResponse = response.Responses.Add();
            topicResponse.Name = topicData.Name;
            topicResponse.TopicId = topicData.TopicId;
            foreach (ProduceRequest.PartitionProduceData partitionData in topicData.PartitionData)
            {
                ProduceResponse.PartitionProduceResponse partitionResponse = topicResponse.PartitionResponses.Add();
                partitionResponse.Index = partitionData.Index;
                partitionResponse.ErrorCode = error;
                partitionResponse.ErrorMessage = message;
                partitionResponse.BaseOffset = -1;
            }
        }
    }

    // Whether the client may write there is said before whether there is such a partition; an id that is not known has no name to ask for.
    private static ErrorCode Find(
        TopicTable topics, ProduceRequest.TopicProduceData data, int index, RequestContext context, out TopicState? topic, out Partition? partition)
    {
        ErrorCode located = context.ApiVersion >= 13 ? topics.Find(data.TopicId, index, out topic, out partition) : topics.Find(data.Name, index, out topic, out partition);
        if (topic is null && context.ApiVersion >= 13) return located;
        return context.IsTopicAllowed(AclOperation.Write, topic?.Name ?? data.Name) ? located : ErrorCode.TopicAuthorizationFailed;
    }

    private static bool MayNotWrite(TopicState topic, RequestContext context) => topic.IsInternal && context.ClientId != AdminClientId;

    /// <returns>
    /// The flush that the topic's <c>flush.messages</c> demands before the answer, under way while the other partitions are appended to; null for none.
    /// </returns>
    private Task? Append(
        ProduceRequest request,
        RequestContext context,
        TopicState topic,
        Partition partition,
        Records records,
        Admission? admission,
        ProduceResponse.PartitionProduceResponse response)
    {
        if (request.Acks is not (-1 or 0 or 1))
        {
            response.ErrorCode = ErrorCode.InvalidRequiredAcks;
            return null;
        }
        if (MayNotWrite(topic, context))
        {
            response.ErrorCode = ErrorCode.InvalidTopicException;
            return null;
        }
        if (records.IsNull)
        {
            // Kafka 4.3 never answers this one; a client deserves to hear what is wrong with its request.
            response.ErrorCode = ErrorCode.InvalidRecord;
            response.ErrorMessage = "The partition's records are null.";
            return null;
        }

        // The frame belongs to this request alone until it is answered, so the batch is patched where it was received.
        Memory<byte> batch = MemoryMarshal.AsMemory(records.Bytes);
        AppendResult result = context.Appended ?? partition.Log.Append(batch, AppendOrigin.Client, OptionsOf(context, partition, admission));
        response.ErrorCode = result.ErrorCode;
        response.LogStartOffset = result.LogStartOffset;
        if (result.ErrorCode == ErrorCode.None)
        {
            response.BaseOffset = result.BaseOffset;
            response.LogAppendTimeMs = result.LogAppendTimeMs;
            return result.IsFlushDue ? partition.Log.FlushAsync(result.LastOffset + 1) : null;
        }
        response.ErrorMessage = result.Message;
        if (result.RejectedRecords is null) return null;
        foreach (RejectedRecord rejected in result.RejectedRecords)
        {
            ProduceResponse.BatchIndexAndErrorMessage entry = response.RecordErrors.Add();
            entry.BatchIndex = rejected.BatchIndex;
            entry.BatchIndexErrorMessage = rejected.Message;
        }
        return null;
    }

    private AppendOptions OptionsOf(RequestContext context, Partition partition, Admission? admission) => new(partition.Log.LeaderEpoch)
    {
        RefuseZstd = context.ApiVersion < 7,
        IsTransactionVersion2 = context.ApiVersion >= ImplicitAddVersion,
        TransactionGuard = context.ApiVersion >= ImplicitAddVersion || services.Settings.VerifyTransactions ? admission?.Guard.Id ?? 0 : null,
    };

    /// <summary>Waits for flushes that run outside every lock; all appends to a partition that wait at the same time share one.</summary>
    private static async ValueTask AwaitAsync(List<(Task Flush, ProduceResponse.PartitionProduceResponse Response)> flushes)
    {
        foreach ((Task flush, ProduceResponse.PartitionProduceResponse response) in flushes)
        {
            try
            {
                await flush.ConfigureAwait(false);
            }
            catch (IOException)
            {
                // The log has logged it and gone offline; what matters here is that nobody is told "stored".
                response.ErrorCode = ErrorCode.KafkaStorageError;
                response.BaseOffset = -1;
            }
        }
    }
}
