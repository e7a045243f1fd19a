using Sluice.Broker.Coordinators.Runtime;
using Sluice.Protocol;

namespace Sluice.Broker.Coordinators.Transactions;

// What happens by itself: transactions that ran out of time are aborted, transactional ids that nobody uses are forgotten.
internal sealed partial class TransactionShard
{
    /// <summary>Tombstones that go into one batch: it must stay below <c>max.message.bytes</c>.</summary>
    private const int TombstonesPerBatch = 1000;

    private readonly ShardTimer _abortCheck;
    private readonly ShardTimer _expiryCheck;
    private int _ongoingCount;

    // A shard without transactional ids has no timers at all.
    private void ScheduleChecks()
    {
        if (!_abortCheck.IsScheduled && _ongoingCount > 0) _context.Timers.Schedule(_abortCheck, _context.Settings.AbortCheckIntervalMs);
        if (!_expiryCheck.IsScheduled && _transactions.Count > 0) _context.Timers.Schedule(_expiryCheck, _context.Settings.ExpiryCheckIntervalMs);
    }

    private void AbortTimedOut()
    {
        long nowMs = _context.NowMs;
        foreach (Transaction transaction in _transactions.Values.ToArray())
        {
            if (transaction.Status != TransactionStatus.Ongoing || transaction.StartMs + transaction.TimeoutMs >= nowMs) continue;
            ErrorCode error = AbortAsCoordinator(transaction, $"it was open for longer than its timeout of {transaction.TimeoutMs} ms");
            if (error != ErrorCode.None) BrokerLog.TransactionNotStored(_context.Logger, transaction.Id, error);
        }
        ScheduleChecks();
    }

    private void RemoveExpired()
    {
        long nowMs = _context.NowMs;
        string[] expired =
        [
            .. _transactions.Values
                .Where(transaction => transaction.Status is not TransactionStatus.Ongoing && !transaction.IsPrepared && nowMs - transaction.UpdatedMs >= _context.Settings.ExpirationMs)
                .Select(static transaction => transaction.Id),
        ];
        foreach (string[] piece in expired.Chunk(TombstonesPerBatch))
        {
            CoordinatorAppend appended = _context.Log.Append([.. piece.Select(TransactionRecords.Tombstone)]);
            if (!appended.IsDone)
            {
                BrokerLog.TransactionNotStored(_context.Logger, piece[0], appended.Error);
                break;
            }
            foreach (string id in piece) _transactions.Remove(id);
        }
        ScheduleChecks();
    }
}
