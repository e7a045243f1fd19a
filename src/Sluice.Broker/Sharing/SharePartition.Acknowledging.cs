using Sluice.Broker.Coordinators.Share;
using Sluice.Protocol;

namespace Sluice.Broker.Sharing;

// Taking records back: because a member says what became of them, because its lock ended, or because it went.
internal sealed partial class SharePartition
{
    /// <summary>Takes in what a member says of records that it has: all of it, or nothing.</summary>
    /// <param name="memberId">Who says it.</param>
    /// <param name="acknowledgements">In the order of offsets.</param>
    /// <param name="mayRenew">Whether <see cref="AcknowledgeType.Renew"/> is in order.</param>
    /// <returns>NONE when it is stored, INVALID_REQUEST, INVALID_RECORD_STATE, or why it could not be stored.</returns>
    public async ValueTask<ErrorCode> AcknowledgeAsync(string memberId, IReadOnlyList<Acknowledgement> acknowledgements, bool mayRenew)
    {
        if (!AreSound(acknowledgements, mayRenew)) return ErrorCode.InvalidRequest;
        var write = new StateWrite();
        ShareState? change;
        lock (_lock)
        {
            if (_isClosed) return ErrorCode.UnknownTopicOrPartition;
            long previousEnd = -1;
            foreach (Acknowledgement each in acknowledgements)
            {
                if (Check(memberId, each) is var wrong and not ErrorCode.None) return wrong;
                if (each.FirstOffset == previousEnd && previousEnd >= _window.StartOffset) return ErrorCode.InvalidRecordState;
                previousEnd = each.LastOffset;
            }
            foreach (Acknowledgement each in acknowledgements) Begin(write, each);
            change = ChangeOf(write);
            SetAlarm();
        }
        return change is null ? ErrorCode.None : await StoreAsync(write, change).ConfigureAwait(false);
    }

    /// <summary>Takes everything back that a member has: it is gone.</summary>
    public ValueTask ReleaseAsync(string memberId) => TakeBackAsync(run => run.MemberId == memberId);

    private void OnAlarm() => _ = TakeBackAsync(run => run.LockDueMs <= NowMs).AsTask();

    private async ValueTask TakeBackAsync(Func<RecordRun, bool> isMeant)
    {
        List<ShareStateBatch> batches = [];
        ShareState change;
        lock (_lock)
        {
            _alarmDueMs = long.MaxValue;
            if (_isClosed) return;
            int limit = _settings.DeliveryCountLimit(Key.GroupId);
            foreach (RecordRun run in _window.Runs)
            {
                if (run.State != RecordState.Acquired || !isMeant(run)) continue;
                if (run.Pending is not null)
                {
                    run.IsLost = true;
                    continue;
                }

                // In force at once, whether it can be stored or not: the next leader would give the record out again in any case.
                Lose(run, limit);
                batches.Add(new ShareStateBatch(run.FirstOffset, run.LastOffset, (sbyte)run.State, run.DeliveryCount));
            }
            _window.Settle();
            if (batches.Count > 0) OnChanged();
            SetAlarm();
            change = new ShareState(_stateEpoch, _leaderEpoch, _window.StartOffset, _window.TerminalCount, batches);
        }
        if (batches.Count == 0) return;
        ErrorCode error = await _store.WriteAsync(Key, change, CancellationToken.None).ConfigureAwait(false);
        if (error != ErrorCode.None) BrokerLog.ShareStateNotStored(_logger, Key.GroupId, Partition.Log.TopicPartition.ToString(), error);
    }

    private static bool AreSound(IReadOnlyList<Acknowledgement> acknowledgements, bool mayRenew)
    {
        long previousEnd = -1;
        foreach (Acknowledgement each in acknowledgements)
        {
            if (each.FirstOffset > each.LastOffset || each.FirstOffset < previousEnd || each.Types.Count == 0) return false;
            if (each.Types.Count > 1 && each.Types.Count != each.LastOffset - each.FirstOffset + 1) return false;
            if (each.Types.Any(type => type is < (sbyte)AcknowledgeType.Gap or > (sbyte)AcknowledgeType.Renew || (type == (sbyte)AcknowledgeType.Renew && !mayRenew))) return false;
            previousEnd = each.LastOffset;
        }
        return true;
    }

    private ErrorCode Check(string memberId, Acknowledgement each)
    {
        if (each.LastOffset < _window.StartOffset) return ErrorCode.None;
        if (each.LastOffset > _window.EndOffset) return ErrorCode.InvalidRequest;
        for (long offset = Math.Max(each.FirstOffset, _window.StartOffset); offset <= each.LastOffset;)
        {
            RecordRun run = _window.Runs[_window.FindIndex(offset)];
            if (run.FirstOffset > offset) return ErrorCode.InvalidRequest;
            if (run.State != RecordState.Acquired || run.Pending is not null || run.MemberId != memberId) return ErrorCode.InvalidRecordState;
            offset = run.LastOffset + 1;
        }
        return ErrorCode.None;
    }

    private void Begin(StateWrite write, Acknowledgement each)
    {
        for (long offset = Math.Max(each.FirstOffset, _window.StartOffset); offset <= each.LastOffset;)
        {
            var type = (AcknowledgeType)(each.Types.Count == 1 ? each.Types[0] : each.Types[(int)(offset - each.FirstOffset)]);
            long end = each.Types.Count == 1 ? each.LastOffset : offset;
            while (end < each.LastOffset && each.Types[(int)(end + 1 - each.FirstOffset)] == (sbyte)type) end++;
            RecordRun run = _window.Isolate(offset, Math.Min(end, _window.Runs[_window.FindIndex(offset)].LastOffset));
            if (type == AcknowledgeType.Renew)
            {
                run.LockDueMs = NowMs + _settings.LockDurationMs(Key.GroupId);
            }
            else
            {
                run.Pending = write;
                run.PendingState = type switch
                {
                    AcknowledgeType.Accept => RecordState.Acknowledged,
                    AcknowledgeType.Release when run.DeliveryCount < _settings.DeliveryCountLimit(Key.GroupId) => RecordState.Available,
                    _ => RecordState.Archived,
                };
            }
            offset = run.LastOffset + 1;
        }
    }

    private ShareState? ChangeOf(StateWrite write)
    {
        ShareStateBatch[] batches =
        [
            .. _window.Runs.Where(run => run.Pending == write).Select(static run => new ShareStateBatch(run.FirstOffset, run.LastOffset, (sbyte)run.PendingState, run.DeliveryCount)),
        ];
        if (batches.Length == 0) return null;
        long startOffset = _window.StartAfter(write);
        return new ShareState(_stateEpoch, _leaderEpoch, startOffset, _window.TerminalCountAfter(write, startOffset), batches);
    }

    private async ValueTask<ErrorCode> StoreAsync(StateWrite write, ShareState change)
    {
        ErrorCode error = await _store.WriteAsync(Key, change, CancellationToken.None).ConfigureAwait(false);
        lock (_lock)
        {
            int limit = _settings.DeliveryCountLimit(Key.GroupId);
            foreach (RecordRun run in _window.Runs)
            {
                if (run.Pending != write) continue;
                run.Pending = null;
                if (error == ErrorCode.None)
                {
                    run.State = run.PendingState;
                    run.MemberId = null;
                }
                else if (run.IsLost)
                {
                    Lose(run, limit);
                }
                run.IsLost = false;
                run.PendingState = RecordState.Available;
            }
            _window.Settle();
            OnChanged();
            SetAlarm();
        }
        if (error != ErrorCode.None) BrokerLog.ShareStateNotStored(_logger, Key.GroupId, Partition.Log.TopicPartition.ToString(), error);
        return ShareErrors.FromStore(error);
    }

    private static void Lose(RecordRun run, int deliveryCountLimit)
    {
        run.State = run.DeliveryCount >= deliveryCountLimit ? RecordState.Archived : RecordState.Available;
        run.MemberId = null;
        run.IsLost = false;
    }

    // Under the lock.
    private void SetAlarm()
    {
        if (_isClosed) return;
        long dueMs = long.MaxValue;
        foreach (RecordRun run in _window.Runs)
        {
            if (run.State == RecordState.Acquired && !run.IsLost) dueMs = Math.Min(dueMs, run.LockDueMs);
        }
        if (dueMs == _alarmDueMs) return;
        _alarmDueMs = dueMs;
        _alarm.Change(dueMs == long.MaxValue ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(Math.Max(1, dueMs - NowMs)), Timeout.InfiniteTimeSpan);
    }
}
