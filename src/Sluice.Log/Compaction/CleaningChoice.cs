namespace Sluice.Log.Compaction;

/// <summary>Which log is worked on by whom, and which one is next.</summary>
/// <remarks>Safe on any thread.</remarks>
internal sealed class CleaningChoice(Func<IEnumerable<PartitionLog>> logs, CleanerCheckpoint checkpoint)
{
    private readonly Lock _lock = new();
    private readonly HashSet<PartitionLog> _claimed = [];
    private readonly HashSet<PartitionLog> _uncleanable = [];
    private double _dirtyRatioMax;

    /// <summary>Largest dirty ratio that the last look found; 0 to 1.</summary>
    public double DirtyRatioMax => Volatile.Read(ref _dirtyRatioMax);

    /// <summary>Logs that are not compacted any more because a round met damage.</summary>
    public TopicPartition[] Uncleanable
    {
        get
        {
            lock (_lock)
            {
                _uncleanable.RemoveWhere(static log => !log.IsOnline);
                return [.. _uncleanable.Select(static log => log.TopicPartition)];
            }
        }
    }

    /// <summary>Claims the log with the largest share of dirty bytes among those that should be compacted.</summary>
    /// <param name="log">The log, to be given back with <see cref="Release"/>.</param>
    /// <param name="range">What there is to do.</param>
    /// <returns>False if there is nothing to do.</returns>
    public bool TryClaimDirtiest([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out PartitionLog? log, out CleanableRange range)
    {
        log = null;
        range = default;
        double dirtyRatioMax = 0;
        lock (_lock)
        {
            foreach (PartitionLog candidate in logs())
            {
                LogConfig config = candidate.Config;
                if (!config.IsCompacted || !candidate.IsOnline || _claimed.Contains(candidate) || _uncleanable.Contains(candidate))
                {
                    continue;
                }

                CleanableRange candidateRange = candidate.FindCleanableRange(checkpoint.Find(candidate.TopicPartition));
                dirtyRatioMax = Math.Max(dirtyRatioMax, candidateRange.DirtyRatio);
                if (candidateRange.IsEligible(config) && (log is null || candidateRange.DirtyRatio > range.DirtyRatio))
                {
                    log = candidate;
                    range = candidateRange;
                }
            }

            Volatile.Write(ref _dirtyRatioMax, dirtyRatioMax);
            return log is not null && _claimed.Add(log);
        }
    }

    /// <summary>Claims one log, for work that a round must not run beside.</summary>
    /// <returns>False if somebody works on it.</returns>
    public bool TryClaim(PartitionLog log)
    {
        lock (_lock)
        {
            return _claimed.Add(log);
        }
    }

    /// <summary>Gives a claimed log back.</summary>
    /// <param name="log">The log.</param>
    /// <param name="isCleanable">Whether it may be chosen again.</param>
    public void Release(PartitionLog log, bool isCleanable = true)
    {
        lock (_lock)
        {
            _claimed.Remove(log);
            if (!isCleanable)
            {
                _uncleanable.Add(log);
            }
        }
    }
}
