using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;
using Sluice.Broker.Topics;
using Sluice.Log;

namespace Sluice.Broker.Fetching;

/// <summary>
/// A fetch that found too little and waits for an append, a deletion or its deadline.
/// </summary>
/// <remarks>
/// One per connection, reused, and so is the state of the method that waits. Completed at most once per wait, by whichever comes first;
/// the continuation runs in the thread of the request that woke it, once that is answered (<see cref="WokenFetches"/>), or on the thread pool; never under a
/// partition's lock. Cancellation ends the wait like a deadline,
/// and the connection notices by its own token.
/// </remarks>
internal sealed class FetchWaiter : IValueTaskSource, IDisposable
{
    private readonly ITimer _deadline;
    private ManualResetValueTaskSourceCore<bool> _completion = new() { RunContinuationsAsynchronously = true };
    private IReadOnlyList<FetchTarget> _targets = [];
    private long _minBytes;
    private bool _readCommitted;
    private int _waiting;

    public FetchWaiter(TimeProvider time) =>
        _deadline = time.CreateTimer(static state => ((FetchWaiter)state!).Wake(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>Waits until the targets have <paramref name="minBytes"/> in all, one of them is gone, or <paramref name="maxWait"/> is over.</summary>
    /// <param name="targets">Unchanged until the wait ends.</param>
    /// <param name="minBytes">Bytes that end the wait.</param>
    /// <param name="readCommitted">Whether only what lies below the last stable offset counts.</param>
    /// <param name="maxWait">Longest wait.</param>
    /// <param name="cancellationToken">Ends the wait early.</param>
    /// <param name="isReady">
    /// Asked once, when everything that happens from now on is seen: whether what else the caller waits for has happened already. Whoever
    /// makes it happen calls <see cref="Wake"/>.
    /// </param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask WaitAsync(
        IReadOnlyList<FetchTarget> targets, long minBytes, bool readCommitted, TimeSpan maxWait, CancellationToken cancellationToken, Func<bool>? isReady = null)
    {
        _targets = targets;
        _minBytes = minBytes;
        _readCommitted = readCommitted;
        _completion.Reset();
        Volatile.Write(ref _waiting, 1);
        // Before parking: whoever sees the fetch wait sees one that has its deadline.
        _deadline.Change(maxWait, Timeout.InfiniteTimeSpan);
        bool allThere = true;
        for (int i = 0; i < targets.Count; i++)
        {
            if (targets[i].Partition is { } partition) allThere &= partition.Park(this);
        }
        // An append between the read and parking woke nobody: look once more now that every later one will be seen.
        if (allThere && isReady?.Invoke() != true) Recheck();
        else Wake();
        try
        {
            using (cancellationToken.UnsafeRegister(static state => ((FetchWaiter)state!).Wake(), this))
            {
                await new ValueTask(this, _completion.Version).ConfigureAwait(false);
            }
        }
        finally
        {
            _deadline.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            for (int i = 0; i < targets.Count; i++) targets[i].Partition?.Leave(this);
            _targets = [];
        }
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Ends the wait when enough bytes can be read now.</summary>
    public void Recheck()
    {
        IReadOnlyList<FetchTarget> targets = _targets;
        long bytes = 0;
        for (int i = 0; i < targets.Count; i++)
        {
            FetchTarget target = targets[i];
            if (target.Partition is not { } partition) continue;
            LogOffsets offsets = partition.Log.Offsets();
            long upTo = _readCommitted ? offsets.LastStableOffset : offsets.HighWatermark;
            if (target.FetchOffset > offsets.LogEndOffset || target.FetchOffset < offsets.LogStartOffset)
            {
                // Cut off below what the client has, or deleted above it: it must hear of it.
                Wake();
                return;
            }
            if (upTo <= target.FetchOffset) continue;
            bytes += AvailableBytes(target, partition.Log.EndPosition);
            if (bytes < _minBytes) continue;
            Wake();
            return;
        }
    }

    /// <summary>What a read would find now: what it found before and what was appended since; a rolled segment counts as enough.</summary>
    private long AvailableBytes(FetchTarget target, LogEndPosition end)
    {
        if (end.SegmentBaseOffset != target.EndAtRead.SegmentBaseOffset) return _minBytes;
        return Math.Min(target.FoundBytes + Math.Max(1, end.PositionBytes - target.EndAtRead.PositionBytes), target.PartitionMaxBytes);
    }

    /// <summary>Ends the wait.</summary>
    public void Wake()
    {
        if (Interlocked.Exchange(ref _waiting, 0) == 1 && !WokenFetches.TryAdd(this)) GoOn(inline: false);
    }

    /// <summary>Lets the fetch go on whose wait <see cref="Wake"/> has ended.</summary>
    /// <param name="inline">Whether on this thread, which must hold no lock; else on the thread pool.</param>
    internal void GoOn(bool inline)
    {
        _completion.RunContinuationsAsynchronously = !inline;
        _completion.SetResult(true);
    }

    public void Dispose() => _deadline.Dispose();

    void IValueTaskSource.GetResult(short token) => _completion.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _completion.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _completion.OnCompleted(continuation, state, token, flags);
}
