using Sluice.Log.Compaction;
using Sluice.Log.Indexes;
using Sluice.Log.Segments;
using Sluice.Log.Storage;

namespace Sluice.Log;

// Letting a compacted copy of some segments take their place. What is in the copy is decided in Compaction/.
public sealed partial class PartitionLog
{
    // Held while it changes which files there are (retention, truncation, deletion, a swap), flushes of the directory included; taken before
    // _lock. Appends and reads never take it.
    private readonly Lock _filesLock = new();
    private int _historyVersion;

    /// <summary>Changes with every truncation: what was learnt from the log before need not be true any more.</summary>
    internal int HistoryVersion => Volatile.Read(ref _historyVersion);

    /// <summary>Finds out what there is to compact.</summary>
    /// <param name="checkpoint">Where the last round ended; null if there was none.</param>
    internal CleanableRange FindCleanableRange(long? checkpoint) =>
        CleanableRange.Find(_segments, Offsets(), _config, checkpoint, _context.NowMs);

    /// <summary>Begins a round.</summary>
    internal CleaningSource BeginCleaning(CleanableRange range)
    {
        lock (_lock)
        {
            LogSegment[] segments = Array.FindAll(_segments, segment => segment.BaseOffset < range.FirstUncleanableOffset);
            return new CleaningSource(this, _config, range, segments, new ActiveProducers(_producers.Producers), _historyVersion);
        }
    }

    /// <summary>Collects the aborted transactions with batches in a range, whose markers may lie behind it.</summary>
    internal List<AbortedTransactionEntry> CollectAbortedEntries(long fromOffset, long upToOffset)
    {
        var found = new List<AbortedTransactionEntry>();
        LogSegment[] segments = _segments;
        for (int index = Math.Max(0, SegmentIndexFor(segments, fromOffset)); index < segments.Length; index++)
        {
            LogSegment segment = segments[index];
            if (!segment.TransactionIndex.Exists || !segment.File.TryAddReference())
            {
                continue;
            }

            try
            {
                foreach (AbortedTransactionEntry entry in segment.TransactionIndex.ReadAll())
                {
                    if (entry.LastOffset >= fromOffset && entry.FirstOffset < upToOffset)
                    {
                        found.Add(entry);
                    }

                    if (entry.LastStableOffset >= upToOffset)
                    {
                        return found; // Whatever was aborted later began above.
                    }
                }
            }
            finally
            {
                segment.File.Release();
            }
        }

        return found;
    }

    /// <summary>Makes an empty segment for the output of a round, under a name that a start removes.</summary>
    /// <exception cref="IOException">The disk refused.</exception>
    /// <exception cref="OperationCanceledException">The log was closed or truncated meanwhile.</exception>
    internal LogSegment CreateCleaned(long baseOffset, CleaningSource source)
    {
        lock (_filesLock)
        {
            source.ThrowIfChanged();
            return LogSegment.Create(_context.Io, _path, baseOffset, source.Config, _context.NowMs, SegmentFiles.CleanedSuffix);
        }
    }

    /// <summary>Adds to the transaction index of such a segment, which may create the file.</summary>
    /// <exception cref="IOException">The disk refused.</exception>
    /// <exception cref="OperationCanceledException">The log was closed or truncated meanwhile.</exception>
    internal void AddAbortedToCleaned(LogSegment segment, in AbortedTransactionEntry entry, CleaningSource source)
    {
        lock (_filesLock)
        {
            source.ThrowIfChanged();
            segment.TransactionIndex.Append(entry);
        }
    }

    /// <summary>Removes output that will not be used.</summary>
    internal void AbandonCleaned(IEnumerable<LogSegment> segments)
    {
        lock (_filesLock)
        {
            foreach (LogSegment segment in segments)
            {
                // A closed log's directory may have another name by now, and its old one a new owner.
                segment.Close(unlink: !_isClosed, OnSegmentReleased);
            }
        }
    }

    /// <summary>Puts compacted segments in the place of those that they were made from.</summary>
    /// <param name="replaced">Neighbours in the log.</param>
    /// <param name="cleaned">Written, flushed, under names with <c>.cleaned</c>. The log's own from here on, unless the result is false.</param>
    /// <param name="source">The round.</param>
    /// <returns>False if the log does not hold the segments any more.</returns>
    /// <exception cref="IOException">The disk refused; the log directory is offline, and a start finds the old segments or the new ones.</exception>
    /// <remarks>
    /// Each step is on the device before the next one begins. After a crash a start finds either a <c>.cleaned</c> file, and undoes, or only
    /// <c>.swap</c> files, and finishes: see <see cref="LeftoverFiles"/>.
    /// </remarks>
    internal bool TryReplace(LogSegment[] replaced, IReadOnlyList<LogSegment> cleaned, CleaningSource source)
    {
        lock (_filesLock)
        {
            if (!source.IsCurrent || IndexOf(replaced) < 0)
            {
                return false;
            }

            bool isPublished = false;
            try
            {
                // All of them are there before one of them counts as finished.
                _context.Io.SyncDirectory(_path);
                // The highest first: as long as one has its old name, those above it are known not to be all.
                for (int index = cleaned.Count - 1; index >= 0; index--)
                {
                    cleaned[index].Rename(static path => path[..^SegmentFiles.CleanedSuffix.Length] + SegmentFiles.SwapSuffix);
                    _context.Io.SyncDirectory(_path);
                }

                lock (_lock)
                {
                    PublishReplacement(replaced, cleaned);
                    isPublished = true;
                    foreach (LogSegment segment in replaced)
                    {
                        segment.Rename(static path => path + SegmentFiles.DeletedSuffix);
                    }
                }

                _context.Io.SyncDirectory(_path);
                // The lowest first: what is in place already must lie below everything that a start would still have to put in place.
                foreach (LogSegment segment in cleaned)
                {
                    lock (_lock)
                    {
                        segment.Rename(static path => path[..^SegmentFiles.SwapSuffix.Length]);
                    }

                    _context.Io.SyncDirectory(_path);
                }

                RemoveSnapshotsOf(replaced, cleaned);
            }
            catch (Exception exception) when (TryTakeOffline(exception))
            {
                // Nothing is unlinked: which files count, the next start tells by their names.
                foreach (LogSegment segment in isPublished ? replaced : cleaned)
                {
                    segment.Close(unlink: false, released: null);
                }

                throw;
            }
        }

        foreach (LogSegment segment in replaced)
        {
            _context.Remover.Schedule(() => segment.Close(unlink: true, OnSegmentReleased), source.Config.FileDeleteDelayMs);
        }

        return true;
    }

    // Under both locks. Positions that readers remember are those of the old files, so they must not outlive this.
    private void PublishReplacement(LogSegment[] replaced, IReadOnlyList<LogSegment> cleaned)
    {
        LogSegment[] segments = _segments;
        int firstIndex = IndexOf(replaced);
        Volatile.Write(ref _generation, _generation + 1);
        _segments = [.. segments[..firstIndex], .. cleaned, .. segments[(firstIndex + replaced.Length)..]];
        Interlocked.Increment(ref _generation);
        foreach (LogSegment segment in replaced)
        {
            _sealedUnsynced.Remove(segment);
        }
    }

    // Under the files lock, which keeps everything but the last segment as it is.
    private int IndexOf(LogSegment[] neighbours)
    {
        LogSegment[] segments = _segments;
        int firstIndex = Array.IndexOf(segments, neighbours[0]);
        return firstIndex >= 0
            && firstIndex + neighbours.Length < segments.Length
            && segments.AsSpan(firstIndex, neighbours.Length).SequenceEqual(neighbours)
                ? firstIndex
                : -1;
    }

    // A snapshot belongs to the segment that begins there.
    private void RemoveSnapshotsOf(LogSegment[] replaced, IReadOnlyList<LogSegment> cleaned)
    {
        foreach (LogSegment segment in replaced)
        {
            if (!cleaned.Any(other => other.BaseOffset == segment.BaseOffset))
            {
                string path = SegmentFiles.Path(_path, segment.BaseOffset, SegmentFiles.SnapshotExtension);
                lock (_lock)
                {
                    _snapshotsUnsynced.Remove(path);
                }

                _context.Io.Delete(path);
            }
        }
    }
}
