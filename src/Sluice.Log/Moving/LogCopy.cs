using Sluice.Log.Checkpoints;
using Sluice.Log.Producers;
using Sluice.Log.Segments;
using Sluice.Log.Storage;
using Sluice.Protocol;

namespace Sluice.Log.Moving;

/// <summary>A copy of a log in another log directory, which follows the original until it takes its place.</summary>
/// <remarks>
/// Made of the same segments with the same bytes, each with its indexes, so that an offset, a position and an answer are the same in both. Worked on by one
/// mover's thread at a time, <see cref="Finish"/> under the log's lock; the numbers may be read on any thread.
/// <para>Errors: file calls throw <see cref="IOException"/>; the move decides whose disk it was.</para>
/// </remarks>
internal sealed class LogCopy
{
    private readonly PartitionLog _log;
    private readonly MovePace _pace;
    private readonly List<string> _snapshotsUnsynced = [];
    private volatile SegmentCopy[] _segments = [];
    private bool _isResumed;
    private long _endOffset;
    private long _flushedOffset;

    /// <param name="log">The original.</param>
    /// <param name="to">What the logs of the other directory share.</param>
    /// <param name="path">Path of the copy; it exists.</param>
    /// <param name="isResumed">Whether an earlier process may have left files in it.</param>
    /// <param name="pace">What pieces are paid to.</param>
    public LogCopy(PartitionLog log, LogContext to, string path, bool isResumed, MovePace pace)
    {
        _log = log;
        _pace = pace;
        _isResumed = isResumed;
        To = to;
        Path = path;
        HistoryVersion = log.HistoryVersion;
        _endOffset = log.LogStartOffset;
    }

    public LogContext To { get; }

    /// <summary>Path of the partition's directory there. Changes where the copy is given up.</summary>
    public string Path { get; set; }

    /// <summary>History of the log that the copy is of.</summary>
    public int HistoryVersion { get; private set; }

    /// <summary>Most bytes that may be left to copy when the log changes places. Grows as long as appends are faster.</summary>
    public long RestBytesMax { get; set; } = 1024 * 1024;

    /// <summary>Everything below this offset is on the device in the copy.</summary>
    public long FlushedOffset => Volatile.Read(ref _flushedOffset);

    /// <summary>About how far the copy reaches: exact where a segment ends, else to an entry of its index.</summary>
    public long EndOffset => Volatile.Read(ref _endOffset);

    /// <summary>Bytes of batches that the copy has.</summary>
    public long SizeBytes
    {
        get
        {
            long sizeBytes = 0;
            foreach (SegmentCopy segment in _segments)
            {
                sizeBytes += segment.CopiedBytes;
            }

            return sizeBytes;
        }
    }

    /// <summary>Names of snapshots that no flush has covered.</summary>
    public IReadOnlyList<string> SnapshotsUnsynced => _snapshotsUnsynced;

    /// <summary>Version of the leader epochs that the copy's checkpoint has.</summary>
    public int EpochsVersion { get; private set; }

    /// <summary>Copies everything that the log has now.</summary>
    /// <param name="isPaced">Whether the rate is kept.</param>
    /// <param name="cancellationToken">Gives up between two pieces.</param>
    /// <returns>Whether nothing that was copied before had to be dropped; false also if the log is gone.</returns>
    /// <exception cref="OperationCanceledException">Given up, or a segment was removed while it was to be copied.</exception>
    public bool CatchUp(bool isPaced, CancellationToken cancellationToken)
    {
        if (_log.FindMoveSource() is not { } source)
        {
            return false;
        }

        bool isSame = Drop(source);
        if (_isResumed)
        {
            RemoveWhatIsNotOf(source);
            _isResumed = false;
        }

        Action<int> pay = isPaced ? bytes => _pace.Pay(bytes, cancellationToken) : _ => cancellationToken.ThrowIfCancellationRequested();
        for (int index = 0; index < source.Segments.Length; index++)
        {
            bool isActive = index == source.Segments.Length - 1;
            SegmentCopy copy = CopyOf(index, source.Segments[index], pay);
            if (!copy.IsComplete)
            {
                Hold(copy.Source);
                try
                {
                    copy.CatchUp(isSealed: !isActive, () => _pace.PieceBytes, pay, NoteProgress);
                }
                finally
                {
                    copy.Source.File.Release();
                }
            }

            long endOffset = isActive ? source.LogEndOffset : source.Segments[index + 1].BaseOffset;
            Volatile.Write(ref _endOffset, endOffset);
            // In order, so that what is below is complete.
            if (!isActive)
            {
                Volatile.Write(ref _flushedOffset, endOffset);
            }
        }

        return isSame;
    }

    /// <summary>Waits until everything that was copied is on the device, with the small files beside it.</summary>
    /// <remarks>While nobody removes or compacts segments.</remarks>
    public void Sync()
    {
        foreach (SegmentCopy segment in _segments)
        {
            segment.Sync();
        }

        CopySnapshots();
        (IReadOnlyList<EpochEntry> epochs, int epochsVersion) = _log.FindEpochs();
        LeaderEpochFile.Write(To.Io, System.IO.Path.Combine(Path, LeaderEpochFile.Name), [.. epochs], fsync: true);
        EpochsVersion = epochsVersion;
        WriteTopicId();
        To.Io.SyncDirectory(Path);
        Volatile.Write(ref _flushedOffset, EndOffset);
    }

    /// <summary>Writes the topic's id beside the segments, if the log knows one.</summary>
    public void WriteTopicId()
    {
        string path = System.IO.Path.Combine(Path, PartitionMetadataFile.Name);
        if (_log.TopicId != Uuid.Zero && !File.Exists(path))
        {
            PartitionMetadataFile.Write(To.Io, path, _log.TopicId);
        }
    }

    /// <summary>Whether the log has the segments that were copied, and no others but behind them. Under the log's lock.</summary>
    public bool IsOf(LogSegment[] segments)
    {
        SegmentCopy[] copies = _segments;
        if (copies.Length == 0 || copies.Length > segments.Length)
        {
            return false;
        }

        for (int index = 0; index < copies.Length; index++)
        {
            if (!ReferenceEquals(copies[index].Source, segments[index]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Bytes that were not copied yet. Under the log's lock.</summary>
    public long RestBytes(LogSegment[] segments)
    {
        SegmentCopy[] copies = _segments;
        long restBytes = 0;
        for (int index = 0; index < segments.Length; index++)
        {
            restBytes += segments[index].SizeBytes - (index < copies.Length ? copies[index].CopiedBytes : 0);
        }

        return restBytes;
    }

    /// <summary>Copies what is left, and makes the last segment ready for appends. Under the log's lock.</summary>
    /// <returns>The log's segments from now on.</returns>
    public LogSegment[] Finish(LogSegment[] segments, LogConfig config)
    {
        int knownCount = _segments.Length;
        for (int index = 0; index < segments.Length; index++)
        {
            SegmentCopy copy = CopyOf(index, segments[index], static _ => { });
            copy.CopyRest();
            if (index < segments.Length - 1 && !copy.IsComplete)
            {
                copy.Target.TrimIndexes();
            }

            if (index >= knownCount)
            {
                CopySnapshot(SegmentFiles.Path(_log.DirectoryPath, segments[index].BaseOffset, SegmentFiles.SnapshotExtension), fsync: false);
            }
        }

        LogSegment[] finished = [.. _segments.Select(static copy => copy.Target)];
        finished[^1].Activate(config);
        return finished;
    }

    /// <summary>Those of the sealed segments that are not on the device with their indexes.</summary>
    public IEnumerable<LogSegment> FindUnsynced(LogSegment[] isSealed) =>
        _segments.Where(copy => !copy.IsComplete && isSealed.Contains(copy.Target)).Select(static copy => copy.Target);

    /// <summary>Whether what would be copied next can be read.</summary>
    public bool CanReadOriginal()
    {
        byte[] buffer = new byte[MovePace.PieceBytesMax];
        foreach (SegmentCopy copy in _segments)
        {
            if (copy.IsComplete || !copy.Source.File.TryAddReference())
            {
                continue;
            }

            try
            {
                RandomAccess.Read(copy.Source.File.Handle, buffer, copy.CopiedBytes);
            }
            catch (Exception exception) when (DiskErrors.IsStorageError(exception))
            {
                return false;
            }
            finally
            {
                copy.Source.File.Release();
            }
        }

        return true;
    }

    /// <summary>Closes the files of a copy that will not be used; they go with their directory.</summary>
    public void Close()
    {
        foreach (SegmentCopy segment in _segments)
        {
            segment.Close(unlink: false);
        }

        _segments = [];
    }

    private static void Hold(LogSegment segment)
    {
        if (!segment.File.TryAddReference())
        {
            throw new OperationCanceledException("A segment was removed meanwhile.");
        }
    }

    // What was copied of segments that are gone, by retention or because compaction has put others in their place.
    private bool Drop(MoveSource source)
    {
        bool isSameHistory = source.HistoryVersion == HistoryVersion;
        HistoryVersion = source.HistoryVersion;
        SegmentCopy[] segments = _segments;
        SegmentCopy[] kept = isSameHistory ? Array.FindAll(segments, copy => Array.IndexOf(source.Segments, copy.Source) >= 0) : [];
        if (kept.Length == segments.Length)
        {
            return isSameHistory;
        }

        _segments = kept;
        Volatile.Write(ref _flushedOffset, Math.Min(_flushedOffset, FirstMissing(source, kept)));
        foreach (SegmentCopy copy in segments.Except(kept))
        {
            copy.Close(unlink: true);
        }

        if (!isSameHistory)
        {
            // A snapshot of the same name may be of another history.
            foreach ((_, string path) in ProducerStateLoader.FindSnapshots(Path))
            {
                To.Io.Delete(path);
            }
        }

        return false;
    }

    private static long FirstMissing(MoveSource source, SegmentCopy[] kept)
    {
        int index = 0;
        while (index < kept.Length && ReferenceEquals(kept[index].Source, source.Segments[index]))
        {
            index++;
        }

        return index < source.Segments.Length ? source.Segments[index].BaseOffset : source.LogEndOffset;
    }

    private SegmentCopy CopyOf(int index, LogSegment segment, Action<int> pay)
    {
        SegmentCopy[] segments = _segments;
        if (index < segments.Length && ReferenceEquals(segments[index].Source, segment))
        {
            return segments[index];
        }

        Hold(segment);
        try
        {
            SegmentCopy copy = SegmentCopy.Begin(To, Path, segment, _log.Config, pay);
            _segments = [.. segments[..index], copy, .. segments[index..]];
            return copy;
        }
        finally
        {
            segment.File.Release();
        }
    }

    // While a reference on the original is held.
    private void NoteProgress(SegmentCopy copy)
    {
        (long offset, _) = copy.Source.OffsetIndex.LookupPosition(copy.CopiedBytes);
        Volatile.Write(ref _endOffset, Math.Max(EndOffset, offset));
    }

    // Of an earlier process only batches are kept, which are compared; everything else is made anew from the original.
    private void RemoveWhatIsNotOf(MoveSource source)
    {
        foreach (string file in Directory.GetFiles(Path))
        {
            bool isKept = SegmentFiles.TryParse(System.IO.Path.GetFileName(file), SegmentFiles.LogExtension, out long baseOffset)
                && Array.Exists(source.Segments, segment => segment.BaseOffset == baseOffset);
            if (!isKept)
            {
                To.Io.Delete(file);
            }
        }

        WriteTopicId();
    }

    private void CopySnapshots()
    {
        HashSet<string> names = [];
        foreach ((_, string path) in ProducerStateLoader.FindSnapshots(_log.DirectoryPath))
        {
            names.Add(System.IO.Path.GetFileName(path));
            CopySnapshot(path, fsync: true);
        }

        foreach ((_, string path) in ProducerStateLoader.FindSnapshots(Path))
        {
            if (!names.Contains(System.IO.Path.GetFileName(path)))
            {
                To.Io.Delete(path);
            }
        }
    }

    // One that is there is as good: a snapshot is written once for an offset.
    private void CopySnapshot(string path, bool fsync)
    {
        string name = System.IO.Path.GetFileName(path);
        string target = System.IO.Path.Combine(Path, name);
        if (!File.Exists(path) || (File.Exists(target) && !_snapshotsUnsynced.Contains(name)))
        {
            return;
        }

        AtomicFile.Replace(To.Io, target, File.ReadAllBytes(path), fsync, callerSyncsDirectory: true);
        _snapshotsUnsynced.Remove(name);
        if (!fsync)
        {
            _snapshotsUnsynced.Add(name);
        }
    }
}
