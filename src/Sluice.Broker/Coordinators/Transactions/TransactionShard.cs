using Sluice.Broker.Coordinators.Runtime;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Coordinators.Transactions;

/// <summary>One shard of the transaction coordinator: the transactional ids that belong to one partition of <c>__transaction_state</c>.</summary>
/// <remarks>
/// A state machine without I/O of its own. Each operation decides, appends one record, and only then takes the change in, so what Kafka calls a
/// pending state does not occur here: another request sees the state before or the state after. Invariants: a transaction is in a Prepare state
/// exactly as long as its markers are being written, and nothing but <see cref="Complete"/> leads out of it.
/// </remarks>
internal sealed partial class TransactionShard : ICoordinatorState
{
    private readonly TransactionShardContext _context;
    private readonly Dictionary<string, Transaction> _transactions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PreparedTransaction> _prepared = new(StringComparer.Ordinal);

    /// <summary>Makes an empty shard.</summary>
    public TransactionShard(TransactionShardContext context)
    {
        _context = context;
        _abortCheck = new ShardTimer(AbortTimedOut);
        _expiryCheck = new ShardTimer(RemoveExpired);
    }

    /// <summary>The transactional ids.</summary>
    public IReadOnlyDictionary<string, Transaction> Transactions => _transactions;

    /// <inheritdoc/>
    public void Replay(in ReplayedRecord record)
    {
        if (record.RecordType != TransactionLogKey.RecordType)
        {
            BrokerLog.CoordinatorRecordUnknown(_context.Logger, "__transaction_state", record.RecordType, record.Offset);
            return;
        }
        string id = record.ReadKey(new TransactionLogKey()).TransactionalId;
        if (record.IsTombstone) _transactions.Remove(id);
        else _transactions[id] = TransactionRecords.Read(id, record.ReadValue(new TransactionLogValue()));
    }

    /// <inheritdoc/>
    public void ReplayEndOfTransaction(long producerId, bool isCommit)
    {
        // No record here is part of a transaction.
    }

    /// <inheritdoc/>
    public void OnLoaded()
    {
        foreach (Transaction transaction in _transactions.Values)
        {
            if (transaction.IsPrepared) BeginCompletion(transaction);
            if (transaction.Status == TransactionStatus.Ongoing) _ongoingCount++;
        }
        ScheduleChecks();
    }

    /// <inheritdoc/>
    public void OnUnloaded()
    {
        // Nobody waits for an operation of the shard; markers that are being written find it gone.
    }

    /// <summary>DescribeTransactions for one transactional id.</summary>
    public void Describe(string id, DescribeTransactionsResponse.TransactionStateData response)
    {
        if (!_transactions.TryGetValue(id, out Transaction? transaction))
        {
            response.ErrorCode = ErrorCode.TransactionalIdNotFound;
            return;
        }
        response.TransactionState = transaction.Status.ToString();
        response.TransactionTimeoutMs = transaction.TimeoutMs;
        response.TransactionStartTimeMs = transaction.StartMs;
        response.ProducerId = transaction.ProducerId;
        response.ProducerEpoch = transaction.Epoch;
        foreach (var topic in transaction.Partitions.GroupBy(static partition => partition.Topic).OrderBy(static topic => topic.Key, StringComparer.Ordinal))
        {
            DescribeTransactionsResponse.TopicData entry = response.Topics.Add();
            entry.Topic = topic.Key;
            entry.Partitions.AddRange(topic.Select(static partition => partition.Partition).Order());
        }
    }

    /// <summary>ListTransactions: the transactional ids of this shard that pass every filter.</summary>
    /// <param name="filter">The filters.</param>
    /// <param name="response">Gets one entry for each.</param>
    public void List(TransactionFilter filter, ListTransactionsResponse response)
    {
        long nowMs = _context.NowMs;
        foreach (Transaction transaction in _transactions.Values)
        {
            if (!filter.Passes(transaction, nowMs)) continue;
            ListTransactionsResponse.TransactionStateData entry = response.TransactionStates.Add();
            entry.TransactionalId = transaction.Id;
            entry.ProducerId = transaction.ProducerId;
            entry.TransactionState = transaction.Status.ToString();
        }
    }

    // Appends, and takes in what was appended.
    private ErrorCode Store(Transaction changed)
    {
        CoordinatorAppend appended = _context.Log.Append([TransactionRecords.Of(changed)]);
        if (!appended.IsDone) return appended.Error;
        if (_transactions.GetValueOrDefault(changed.Id)?.Status == TransactionStatus.Ongoing) _ongoingCount--;
        if (changed.Status == TransactionStatus.Ongoing) _ongoingCount++;
        _transactions[changed.Id] = changed;
        ScheduleChecks();
        return ErrorCode.None;
    }
}
