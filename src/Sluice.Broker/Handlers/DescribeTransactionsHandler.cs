using Sluice.Broker.Coordinators.Transactions;
using Sluice.Broker.Requests;
using Sluice.Metadata.Acls;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// DescribeTransactions, key 65, v0.
// Tells where transactional ids stand (KIP-664).
internal sealed class DescribeTransactionsHandler(TransactionCoordinator transactions) : ApiHandler<DescribeTransactionsRequest, DescribeTransactionsResponse>
{
    protected override async ValueTask HandleAsync(
        DescribeTransactionsRequest request, DescribeTransactionsResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        foreach (string id in request.TransactionalIds)
        {
            DescribeTransactionsResponse.TransactionStateData entry = response.TransactionStates.Add();
            entry.TransactionalId = id;
            if (!context.IsTransactionalIdAllowed(AclOperation.Describe, id)) entry.ErrorCode = ErrorCode.TransactionalIdAuthorizationFailed;
            else if (id.Length == 0) entry.ErrorCode = ErrorCode.InvalidRequest;
            else if (await transactions.RunAsync(id, shard => shard.Describe(id, entry), cancellationToken).ConfigureAwait(false) is var error and not ErrorCode.None) entry.ErrorCode = error;
            if (context.IsAuthorizing) entry.Topics.TakeOut(topic => !context.IsTopicAllowed(AclOperation.Describe, topic.Topic, isAudited: false));
        }
    }

    protected override void Fail(DescribeTransactionsRequest request, DescribeTransactionsResponse response, ErrorCode error)
    {
        foreach (string id in request.TransactionalIds)
        {
            DescribeTransactionsResponse.TransactionStateData entry = response.TransactionStates.Add();
            entry.TransactionalId = id;
            entry.ErrorCode = error;
        }
    }
}
