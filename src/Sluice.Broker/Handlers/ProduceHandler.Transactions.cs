using Sluice.Broker.Coordinators.Transactions;
using Sluice.Broker.Requests;
using Sluice.Broker.Topics;
using Sluice.Log;
using Sluice.Metadata.Acls;
using Sluice.Protocol;
using Sluice.Protocol.Messages;
using Sluice.Protocol.Records;

namespace Sluice.Broker.Handlers;

// Batches of transactions: each partition that the producer's transaction is not open in yet is asked for at the coordinator first.
internal sealed partial class ProduceHandler
{
    // A batch that may be appended as far as its transaction goes, or the error that its partition is answered.
    private readonly record struct Admission(Partition Partition, TransactionGuard Guard)
    {
        public ErrorCode Error { get; init; }

        public bool IsGuardGood(ProducerIdentity producer) => Partition.Log.IsTransactionGuardGood(producer.Id, producer.Epoch, Guard);
    }

    /// <summary>Finds out whose transactions the batches of a request belong to.</summary>
    /// <param name="request">The request.</param>
    /// <param name="context">Who asks.</param>
    /// <param name="producer">The producer of its transactional batches; null if there are none.</param>
    /// <returns>NONE; TRANSACTIONAL_ID_AUTHORIZATION_FAILED if the request names no transactional id, or one that the client may not use; INVALID_PRODUCER_ID_MAPPING if batches are of
    /// several producers.</returns>
    private static ErrorCode CheckTransactions(ProduceRequest request, RequestContext context, out ProducerIdentity? producer)
    {
        producer = null;
        foreach (ProduceRequest.TopicProduceData topicData in request.TopicData)
        {
            foreach (ProduceRequest.PartitionProduceData partitionData in topicData.PartitionData)
            {
                if (!TryReadTransactional(partitionData.Records, out ProducerIdentity writer, out _)) continue;
                if (request.TransactionalId is null || (producer is null && !context.IsTransactionalIdAllowed(AclOperation.Write, request.TransactionalId))) return ErrorCode.TransactionalIdAuthorizationFailed;
                if (producer is { } other && other != writer) return ErrorCode.InvalidProducerIdMapping;
                producer = writer;
            }
        }
        return ErrorCode.None;
    }

    // Only bytes that are a batch of the current format have a transactional bit.
    private static bool TryReadTransactional(Records records, out ProducerIdentity producer, out int firstSequence)
    {
        producer = ProducerIdentity.None;
        firstSequence = RecordBatchFormat.NoSequence;
        ReadOnlySpan<byte> bytes = records.Bytes.Span;
        if (RecordBatchValidator.ValidateHeader(bytes, bytes.Length) != RecordBatchStatus.Valid) return false;
        var batch = new RecordBatchView(bytes);
        if (!batch.IsTransactional) return false;
        producer = new ProducerIdentity(batch.ProducerId, batch.ProducerEpoch);
        firstSequence = batch.BaseSequence;
        return true;
    }

    private async ValueTask HandleTransactionAsync(
        ProduceRequest request, ProduceResponse response, ProducerIdentity producer, RequestContext context, CancellationToken cancellationToken)
    {
        Dictionary<ProduceRequest.PartitionProduceData, Admission> admissions = [];
        try
        {
            await AdmitAsync(request, producer, context, admissions, cancellationToken).ConfigureAwait(false);
            await AppendAll(request, response, context, admissions).ConfigureAwait(false);
        }
        finally
        {
            ReturnGuards(producer, admissions);
        }
    }

    private async ValueTask AdmitAsync(
        ProduceRequest request,
        ProducerIdentity producer,
        RequestContext context,
        Dictionary<ProduceRequest.PartitionProduceData, Admission> admissions,
        CancellationToken cancellationToken)
    {
        bool mayAdd = context.ApiVersion >= ImplicitAddVersion;
        bool hasWaited = false;
        for (int attempt = 1; ; attempt++)
        {
            List<ProduceRequest.PartitionProduceData> asked = TakeGuards(request, producer, context, admissions);
            if (asked.Count == 0 || (!mayAdd && !services.Settings.VerifyTransactions)) return;
            VerificationOutcome outcome = await transactions.AskAsync(
                request.TransactionalId!, producer, [.. asked.Select(data => admissions[data].Partition.Log.TopicPartition)], mayAdd, cancellationToken).ConfigureAwait(false);
            bool mustRepeat = outcome.Hindered is { } before
                ? !hasWaited && (hasWaited = await transactions.WaitForAsync(before, cancellationToken).ConfigureAwait(false))
                : attempt < TransactionVerifier.AttemptsMax && asked.Exists(data => !admissions[data].IsGuardGood(producer));
            if (mustRepeat)
            {
                ReturnGuards(producer, admissions);
                continue;
            }
            for (int i = 0; i < asked.Count; i++) admissions[asked[i]] = admissions[asked[i]] with { Error = ToProduceError(outcome.Errors[i], context.ApiVersion) };
            return;
        }
    }

    /// <returns>The partitions for which the coordinator must be asked.</returns>
    private List<ProduceRequest.PartitionProduceData> TakeGuards(
        ProduceRequest request, ProducerIdentity producer, RequestContext context, Dictionary<ProduceRequest.PartitionProduceData, Admission> admissions)
    {
        List<ProduceRequest.PartitionProduceData> asked = [];
        if (request.Acks is not (-1 or 0 or 1)) return asked;
        TopicTable topics = services.Topics.Table;
        foreach (ProduceRequest.TopicProduceData topicData in request.TopicData)
        {
            foreach (ProduceRequest.PartitionProduceData partitionData in topicData.PartitionData)
            {
                if (!TryReadTransactional(partitionData.Records, out _, out int firstSequence)
                    || Find(topics, topicData, partitionData.Index, context, out TopicState? topic, out Partition? partition) != ErrorCode.None
                    || MayNotWrite(topic!, context))
                {
                    continue; // Is answered without its transaction being looked at.
                }
                TransactionGuard guard = partition!.Log.TakeTransactionGuard(producer.Id, producer.Epoch, firstSequence);
                admissions.Add(partitionData, new Admission(partition, guard) { Error = guard.ErrorCode });
                if (guard.MustAsk) asked.Add(partitionData);
            }
        }
        return asked;
    }

    private static void ReturnGuards(ProducerIdentity producer, Dictionary<ProduceRequest.PartitionProduceData, Admission> admissions)
    {
        foreach (Admission admission in admissions.Values) admission.Partition.Log.ReturnTransactionGuard(producer.Id, admission.Guard);
        admissions.Clear();
    }

    // For people; null where the code says it all.
    private static string? ExplainRefusal(ErrorCode error) => error switch
    {
        ErrorCode.InvalidTxnState or ErrorCode.TransactionAbortable => "The partition is not in the producer's transaction.",
        ErrorCode.InvalidProducerEpoch => "A newer producer has the transactional id.",
        ErrorCode.InvalidProducerIdMapping => "The transactional id is not of this producer, or the request has batches of several producers.",
        ErrorCode.TransactionalIdAuthorizationFailed => "A transactional batch needs a transactional id that its producer may use.",
        _ => null,
    };

    // What the coordinator says, in the words that a producer of this version understands.
    private static ErrorCode ToProduceError(ErrorCode error, short version) => error switch
    {
        ErrorCode.ProducerFenced => ErrorCode.InvalidProducerEpoch,
        ErrorCode.TransactionAbortable when version < 11 => ErrorCode.InvalidTxnState,
        ErrorCode.ConcurrentTransactions when version < ImplicitAddVersion => ErrorCode.NotEnoughReplicas,
        ErrorCode.NetworkException or ErrorCode.CoordinatorLoadInProgress or ErrorCode.CoordinatorNotAvailable or ErrorCode.NotCoordinator => ErrorCode.NotEnoughReplicas,
        ErrorCode.ClusterAuthorizationFailed => ErrorCode.InvalidTxnState,
        _ => error,
    };
}
