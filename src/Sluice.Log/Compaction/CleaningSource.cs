using Sluice.Log.Segments;

namespace Sluice.Log.Compaction;

/// <summary>What one round works on: a log as it was when the round began.</summary>
/// <param name="Log">The log.</param>
/// <param name="Config">Its settings.</param>
/// <param name="Range">What is dirty and may be looked at.</param>
/// <param name="Segments">Every segment below <see cref="CleanableRange.FirstUncleanableOffset"/>, in order. No reference is held.</param>
/// <param name="Producers">Whose last batches must stay.</param>
/// <param name="HistoryVersion">Changes with every truncation of the log.</param>
internal sealed record CleaningSource(
    PartitionLog Log, LogConfig Config, CleanableRange Range, LogSegment[] Segments, ActiveProducers Producers, int HistoryVersion)
{
    /// <summary>Whether the round still makes sense: the log is open, and what it held when the round began it still holds or has compacted.</summary>
    public bool IsCurrent => Log.IsOnline && Log.HistoryVersion == HistoryVersion;

    /// <summary>Gives the round up if it makes no sense any more.</summary>
    /// <exception cref="OperationCanceledException">The log was closed or truncated.</exception>
    public void ThrowIfChanged()
    {
        if (!IsCurrent)
        {
            throw new OperationCanceledException("The log was closed or truncated meanwhile.");
        }
    }

    /// <summary>Takes a reference on a segment's files, to be given back.</summary>
    /// <exception cref="OperationCanceledException">The segment was removed meanwhile, so the round is pointless.</exception>
    public static void Hold(LogSegment segment)
    {
        if (!segment.File.TryAddReference())
        {
            throw new OperationCanceledException("A segment was removed meanwhile.");
        }
    }
}
