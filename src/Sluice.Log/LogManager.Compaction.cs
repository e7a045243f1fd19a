using Sluice.Log.Compaction;

namespace Sluice.Log;

// Compaction: its settings, and how it shares logs with retention.
public sealed partial class LogManager
{
    private readonly LogCleaner _cleaner;

    /// <summary>How logs are compacted in the background. A new value takes effect at once, memory bounds with the next round.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A setting lies outside its range.</exception>
    public CleanerSettings Cleaner
    {
        get => _cleaner.Settings;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            _cleaner.Settings = value;
        }
    }

    /// <summary>Partitions that are not compacted any more because a round met damage; until a restart, or until they are deleted.</summary>
    public IReadOnlyList<TopicPartition> UncleanablePartitions => _cleaner.Choice.Uncleanable;

    internal LogCleaner LogCleaner => _cleaner;

    internal LogContext Context => _context;

    /// <summary>Compacts, on this thread, every log that should be compacted now, the dirtiest one first.</summary>
    /// <returns>Number of rounds; a log whose keys do not fit into memory takes several.</returns>
    /// <remarks>Runs by itself, on threads of its own, unless <see cref="CleanerSettings.IsEnabled"/> is false.</remarks>
    public int RunCompaction()
    {
        int roundsCount = 0;
        while (_cleaner.TryRound())
        {
            roundsCount++;
        }

        return roundsCount;
    }

    // A round over a log that loses segments meanwhile is in vain, so whoever removes segments claims the log. One that is being compacted is
    // passed over: the cleaner's thread comes by when the round has ended.
    private int RunRetention(bool ofCompactedLogsOnly)
    {
        int removedCount = 0;
        foreach (PartitionLog log in _logs.Values)
        {
            bool isWanted = log.IsOnline && (log.Config.IsCompacted || !ofCompactedLogsOnly);
            if (!isWanted || !_cleaner.Choice.TryClaim(log))
            {
                continue;
            }

            try
            {
                removedCount += log.RemoveOldSegments();
            }
            finally
            {
                _cleaner.Choice.Release(log);
            }
        }

        return removedCount;
    }

    private void OnLogTruncated(TopicPartition topicPartition, long offset) => _cleaner.Checkpoint.LowerTo(topicPartition, offset);
}
