using Sluice.Broker.Coordinators.Groups;
using Sluice.Broker.Coordinators.Transactions;
using Sluice.Broker.Requests;
using Sluice.Log;
using Sluice.Metadata;
using Sluice.Metadata.Acls;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// AddOffsetsToTxn, key 25, v0–v4.
// Makes the partition of __consumer_offsets that a group belongs to part of a transaction. v2 PRODUCER_FENCED (KIP-588).
internal sealed class AddOffsetsToTxnHandler(TransactionCoordinator transactions, GroupCoordinator groups) : ApiHandler<AddOffsetsToTxnRequest, AddOffsetsToTxnResponse>
{
    protected override async ValueTask HandleAsync(
        AddOffsetsToTxnRequest request, AddOffsetsToTxnResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        ErrorCode error = Check(request, context);
        if (error == ErrorCode.None) error = await groups.EnsureTopicAsync(cancellationToken).ConfigureAwait(false);
        if (error == ErrorCode.None)
        {
            var partition = new TopicPartition(TopicName.ConsumerOffsets, groups.PartitionFor(request.GroupId));
            error = await transactions.AddPartitionsAsync(
                request.TransactionalId, new ProducerIdentity(request.ProducerId, request.ProducerEpoch), [partition], clientVersion: 0, cancellationToken).ConfigureAwait(false);
        }
        response.ErrorCode = error == ErrorCode.ProducerFenced && context.ApiVersion < 2 ? ErrorCode.InvalidProducerEpoch : error;
    }

    private static ErrorCode Check(AddOffsetsToTxnRequest request, RequestContext context)
    {
        if (!context.IsTransactionalIdAllowed(AclOperation.Write, request.TransactionalId)) return ErrorCode.TransactionalIdAuthorizationFailed;
        return context.IsGroupAllowed(AclOperation.Read, request.GroupId) ? ErrorCode.None : ErrorCode.GroupAuthorizationFailed;
    }

    protected override void Fail(AddOffsetsToTxnRequest request, AddOffsetsToTxnResponse response, ErrorCode error) => response.ErrorCode = error;
}
