using Sluice.Broker.Coordinators.Groups.Consumer;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Coordinators.Transactions;

/// <summary>Which transactional ids ListTransactions asks for.</summary>
internal sealed class TransactionFilter
{
    private readonly HashSet<TransactionStatus> _statuses = [];
    private readonly HashSet<long> _producerIds;
    private readonly long _durationMs;
    private readonly TopicPattern? _pattern;
    private readonly bool _hasStatuses;

    private TransactionFilter(ListTransactionsRequest request, TopicPattern? pattern, List<string> unknownStates)
    {
        _producerIds = [.. request.ProducerIdFilters];
        _durationMs = request.DurationFilter;
        _pattern = pattern;
        _hasStatuses = request.StateFilters.Count > 0;
        foreach (string name in request.StateFilters)
        {
            // By name alone: Enum.Parse would take a number too.
            TransactionStatus? known = Enum.GetValues<TransactionStatus>().Cast<TransactionStatus?>().FirstOrDefault(status => status.ToString() == name);
            if (known is { } status) _statuses.Add(status);
            else unknownStates.Add(name);
        }
    }

    /// <summary>Reads the filters of a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="unknownStates">Gets the names that are no states; they let nothing through.</param>
    /// <returns>Null if the pattern is no regular expression.</returns>
    public static TransactionFilter? TryCreate(ListTransactionsRequest request, List<string> unknownStates)
    {
        TopicPattern? pattern = null;
        if (!string.IsNullOrEmpty(request.TransactionalIdPattern) && (pattern = TopicPattern.TryCreate(request.TransactionalIdPattern)) is null) return null;
        return new TransactionFilter(request, pattern, unknownStates);
    }

    /// <summary>Whether a transactional id passes every filter.</summary>
    /// <remarks>As with Kafka, one that had no transaction yet began at -1, which is longer ago than any duration.</remarks>
    public bool Passes(Transaction transaction, long nowMs) =>
        (!_hasStatuses || _statuses.Contains(transaction.Status))
        && (_producerIds.Count == 0 || _producerIds.Contains(transaction.ProducerId))
        && (_durationMs < 0 || nowMs - transaction.StartMs > _durationMs)
        && (_pattern is null || _pattern.IsMatch(transaction.Id));
}
