namespace Sluice.Broker.Coordinators.Runtime;

/// <summary>The timers of one shard, in one queue with one clock.</summary>
/// <remarks>
/// Used by the shard's operations only, so it takes no lock. Putting a timer off, which every heartbeat does, costs nothing: its entry
/// stays where it is in the queue, and is moved when its old time comes.
/// </remarks>
internal sealed class ShardTimers(TimeProvider time)
{
    private const int SweepThresholdCount = 256;

    private readonly PriorityQueue<ShardTimer, long> _queue = new();
    private int _scheduledCount;

    /// <summary>Milliseconds on a clock that nobody sets.</summary>
    public long NowMs => time.GetTimestamp() / (time.TimestampFrequency / 1000);

    /// <summary>When to call <see cref="RunDue"/> at the latest, on the clock of <see cref="NowMs"/>; null if nothing is to come.</summary>
    public long? NextDueMs => _queue.TryPeek(out _, out long dueMs) ? dueMs : null;

    /// <summary>Timers that will happen.</summary>
    public int ScheduledCount => _scheduledCount;

    /// <summary>Entries in the queue, those of timers that were called off or put off among them.</summary>
    internal int QueuedCount => _queue.Count;

    /// <summary>Has <paramref name="timer"/> happen once, <paramref name="delayMs"/> from now; an earlier arrangement is forgotten.</summary>
    public void Schedule(ShardTimer timer, long delayMs)
    {
        if (!timer.IsScheduled) _scheduledCount++;
        timer.DueMs = NowMs + Math.Max(0, delayMs);
        if (timer.QueuedMs <= timer.DueMs) return;
        Enqueue(timer);
        if (_queue.Count > SweepThresholdCount && _queue.Count > 2 * _scheduledCount) Sweep();
    }

    /// <summary>Calls <paramref name="timer"/> off; nothing happens if it is not scheduled.</summary>
    public void Cancel(ShardTimer timer)
    {
        if (!timer.IsScheduled) return;
        timer.DueMs = ShardTimer.Never;
        _scheduledCount--;
    }

    /// <summary>Runs everything whose time has come, earliest first.</summary>
    public void RunDue()
    {
        long nowMs = NowMs;
        while (_queue.TryPeek(out ShardTimer? timer, out long queuedMs) && queuedMs <= nowMs)
        {
            _queue.Dequeue();
            if (timer.QueuedMs != queuedMs) continue; // An entry that a nearer one took the place of.
            timer.QueuedMs = ShardTimer.Never;
            if (timer.DueMs > nowMs)
            {
                if (timer.IsScheduled) Enqueue(timer);
                continue;
            }
            timer.DueMs = ShardTimer.Never;
            _scheduledCount--;
            timer.Run();
        }
    }

    private void Enqueue(ShardTimer timer)
    {
        timer.QueuedMs = timer.DueMs;
        _queue.Enqueue(timer, timer.DueMs);
    }

    // Clients that come and go leave entries behind for as long as the timeouts that they asked for: they must not pile up.
    private void Sweep()
    {
        (ShardTimer Timer, long QueuedMs)[] entries = [.. _queue.UnorderedItems];
        _queue.Clear();
        foreach ((ShardTimer timer, long queuedMs) in entries)
        {
            if (timer.QueuedMs != queuedMs) continue;
            timer.QueuedMs = ShardTimer.Never;
            if (timer.IsScheduled) Enqueue(timer);
        }
    }
}
