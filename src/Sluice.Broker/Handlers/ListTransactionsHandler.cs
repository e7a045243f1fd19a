using Sluice.Broker.Coordinators.Runtime;
using Sluice.Broker.Coordinators.Transactions;
using Sluice.Broker.Requests;
using Sluice.Metadata.Acls;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// ListTransactions, key 66, v0–v2.
// Lists transactional ids (KIP-664). v1 by how long their transaction has been open. v2 by a pattern (KIP-1152).
internal sealed class ListTransactionsHandler(TransactionCoordinator transactions) : ApiHandler<ListTransactionsRequest, ListTransactionsResponse>
{
    protected override async ValueTask HandleAsync(
        ListTransactionsRequest request, ListTransactionsResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        if (TransactionFilter.TryCreate(request, response.UnknownStateFilters) is not { } filter)
        {
            response.ErrorCode = ErrorCode.InvalidRegularExpression;
            return;
        }
        foreach (CoordinatorShard<TransactionShard> shard in transactions.Shards)
        {
            ErrorCode error = await shard.RunAsync(
                state =>
                {
                    state.List(filter, response);
                    return Task.CompletedTask;
                },
                cancellationToken).ConfigureAwait(false);
            if (error != ErrorCode.CoordinatorLoadInProgress) continue;
            response.TransactionStates.Clear();
            response.ErrorCode = error;
            return;
        }
        if (context.IsAuthorizing)
            response.TransactionStates.TakeOut(state => !context.IsTransactionalIdAllowed(AclOperation.Describe, state.TransactionalId, isAudited: false));
    }

    protected override void Fail(ListTransactionsRequest request, ListTransactionsResponse response, ErrorCode error) => response.ErrorCode = error;
}
