using Sluice.Client.Admin;

namespace Sluice.Testing;

// What a test sees of a running broker, beside its requests.
public sealed partial class SluiceBroker
{
    /// <summary>Clients' connections that are open now and have asked for something, oldest first; those of the test kit itself are left out.</summary>
    public IReadOnlyList<BrokerConnection> Connections =>
    [
        .. Server.Connections
            .Select(connection => (Connection: connection, Notes: _interceptor.NotesOf(connection)))
            .Where(static pair => pair.Notes is { RequestsCount: > 0 } notes && notes.ClientId != BrokerInterceptor.OwnClientId)
            .OrderBy(static pair => pair.Connection.Id)
            .Select(static pair => new BrokerConnection(pair.Connection, pair.Notes!)),
    ];

    /// <summary>Names of the topics, in ascending order, without the broker's own.</summary>
    public IReadOnlyList<string> TopicNames => [.. Server.Topics.All.Where(static topic => !topic.IsInternal).Select(static topic => topic.Name).Order(StringComparer.Ordinal)];

    /// <summary>What test authors should know about the course of the test: clients that wait for a clock that stands still. The first 100.</summary>
    public IReadOnlyList<string> Warnings => _clockWatch.Warnings;

    /// <summary>Ids of the groups, in ascending order.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<string>> GroupIdsAsync(CancellationToken cancellationToken = default)
    {
        IReadOnlyList<GroupListing> groups = await AskAsync(static (cluster, token) => new AdminClient(cluster).ListGroupsAsync(token), cancellationToken).ConfigureAwait(false);
        return [.. groups.Select(static group => group.Id)];
    }

    /// <summary>Where a transactional id stands.</summary>
    /// <param name="transactionalId">The <c>transactional.id</c> of a producer.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null if no producer has had it.</returns>
    public async Task<BrokerTransaction?> TransactionAsync(string transactionalId, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(transactionalId);
        TransactionDescription? found = await AskAsync(
            (cluster, token) => new AdminClient(cluster).DescribeTransactionAsync(transactionalId, token), cancellationToken).ConfigureAwait(false);
        return found is null ? null : new BrokerTransaction(
            found.TransactionalId,
            found.State,
            found.ProducerId,
            found.ProducerEpoch,
            TimeSpan.FromMilliseconds(found.TimeoutMs),
            found.StartTimeMs is { } startMs ? DateTimeOffset.FromUnixTimeMilliseconds(startMs) : null,
            found.Partitions);
    }

    /// <summary>Where every transactional id stands.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>By id.</returns>
    public async Task<IReadOnlyList<BrokerTransaction>> TransactionsAsync(CancellationToken cancellationToken = default)
    {
        IReadOnlyList<TransactionListing> all = await AskAsync(
            static (cluster, token) => new AdminClient(cluster).ListTransactionsAsync(new TransactionQuery(), token), cancellationToken).ConfigureAwait(false);
        List<BrokerTransaction> transactions = [];
        foreach (TransactionListing listed in all)
        {
            if (await TransactionAsync(listed.TransactionalId, cancellationToken).ConfigureAwait(false) is { } transaction) transactions.Add(transaction);
        }
        return [.. transactions.OrderBy(static transaction => transaction.TransactionalId, StringComparer.Ordinal)];
    }
}
