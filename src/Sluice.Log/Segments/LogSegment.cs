using Microsoft.Win32.SafeHandles;
using Sluice.Log.Indexes;
using Sluice.Log.Storage;
using Sluice.Protocol.Records;
using Sluice.Transfer;

namespace Sluice.Log.Segments;

/// <summary>One file of record batches with its three indexes.</summary>
/// <remarks>
/// Written under the partition's lock. Readers take a reference on <see cref="File"/> first and then need no lock: the file is closed, the
/// indexes are unmapped and, if the segment was deleted, its files are unlinked only with the last reference.
/// <para>Errors: file calls throw <see cref="IOException"/>; the partition decides what becomes of it.</para>
/// </remarks>
internal sealed partial class LogSegment
{
    private readonly IFileIo _io;
    private long _sizeBytes;
    private long _bytesSinceIndexEntry;
    private long _maxTimestamp = RecordBatchFormat.NoTimestamp;
    private long _maxTimestampOffset;
    private long? _firstBatchTimestamp;
    private volatile bool _unlinkWhenReleased;
    private Action<LogSegment>? _released;

    private LogSegment(IFileIo io, string directory, long baseOffset, long createdAtMs, string suffix)
    {
        _io = io;
        BaseOffset = baseOffset;
        _maxTimestampOffset = baseOffset;
        CreatedAtMs = createdAtMs;
        string path = PathOf(SegmentFiles.LogExtension);
        SafeFileHandle log = io.Open(path);
        OffsetIndex? offsetIndex = null;
        TimeIndex? timeIndex = null;
        try
        {
            offsetIndex = new OffsetIndex(io, PathOf(SegmentFiles.OffsetIndexExtension), baseOffset);
            timeIndex = new TimeIndex(io, PathOf(SegmentFiles.TimeIndexExtension), baseOffset);
            TransactionIndex = new TransactionIndex(io, PathOf(SegmentFiles.TransactionIndexExtension), baseOffset);
        }
        catch
        {
            log.Dispose();
            offsetIndex?.Dispose();
            timeIndex?.Dispose();
            throw;
        }

        OffsetIndex = offsetIndex;
        TimeIndex = timeIndex;
        File = new TransferFile(log, path, OnReleased);

        string PathOf(string extension) => SegmentFiles.Path(directory, baseOffset, extension + suffix);
    }

    /// <summary>Offset that the files are named by; every record's is at or above it.</summary>
    public long BaseOffset { get; }

    /// <summary>The <c>.log</c> file. The segment owns the first reference until <see cref="Close"/>.</summary>
    public TransferFile File { get; }

    public OffsetIndex OffsetIndex { get; }

    public TimeIndex TimeIndex { get; }

    public TransactionIndex TransactionIndex { get; }

    public long CreatedAtMs { get; private set; }

    /// <summary>Taken off the time after which the segment rolls, so that partitions made together do not roll together.</summary>
    public long RollJitterMs { get; private set; }

    /// <summary>Bytes of whole batches; the file may be longer while a write is under way or when blocks are reserved in it.</summary>
    public long SizeBytes => Volatile.Read(ref _sizeBytes);

    /// <summary>
    /// Largest timestamp of the segment's records; -1 if there is none. Where Kafka has compacted and indexed, it can be that of a record which is
    /// gone.
    /// </summary>
    public long MaxTimestamp => Volatile.Read(ref _maxTimestamp);

    /// <summary>Last offset of the first batch that has <see cref="MaxTimestamp"/>.</summary>
    public long MaxTimestampOffset => Volatile.Read(ref _maxTimestampOffset);

    /// <summary>Creates an empty segment, removing whatever lies under its names.</summary>
    /// <param name="io">Where file calls go.</param>
    /// <param name="directory">Directory of the partition.</param>
    /// <param name="baseOffset">Names the files.</param>
    /// <param name="config">The partition's settings.</param>
    /// <param name="nowMs">Now, in Unix milliseconds.</param>
    /// <param name="suffix">Behind every file's extension: none for a segment that is appended to, <c>.cleaned</c> for the output of a compaction.</param>
    public static LogSegment Create(IFileIo io, string directory, long baseOffset, LogConfig config, long nowMs, string suffix = "")
    {
        foreach (string extension in SegmentFiles.Extensions)
        {
            io.Delete(SegmentFiles.Path(directory, baseOffset, extension + suffix));
        }

        var segment = new LogSegment(io, directory, baseOffset, nowMs, suffix) { RollJitterMs = ChooseJitter(config) };
        try
        {
            if (config.Preallocate && suffix.Length == 0)
            {
                io.SetLength(segment.File.Handle, config.SegmentBytes);
            }

            segment.Activate(config);
            segment.CloseIndexDescriptors();
            return segment;
        }
        catch
        {
            segment.Close(unlink: true, released: null);
            throw;
        }
    }

    /// <summary>Opens an existing segment; its indexes are taken as they are.</summary>
    public static LogSegment Open(IFileIo io, string directory, long baseOffset, LogConfig config, long nowMs)
    {
        var segment = new LogSegment(io, directory, baseOffset, nowMs, suffix: "") { RollJitterMs = ChooseJitter(config) };
        segment._sizeBytes = RandomAccess.GetLength(segment.File.Handle);
        return segment;
    }

    /// <summary>Makes, or opens, the segment of a copy that is to be as long as the original one day; its indexes are empty.</summary>
    /// <remarks>Bytes that lie in the file already stay there, and count for nothing until <see cref="TakeStateOf"/>.</remarks>
    public static LogSegment OpenCopy(IFileIo io, string directory, long baseOffset, LogConfig config, long nowMs)
    {
        if (!System.IO.File.Exists(SegmentFiles.Path(directory, baseOffset, SegmentFiles.LogExtension)))
        {
            return Create(io, directory, baseOffset, config with { Preallocate = false }, nowMs);
        }

        LogSegment segment = Open(io, directory, baseOffset, config, nowMs);
        try
        {
            segment.BeginRebuild(config);
            segment.CloseIndexDescriptors();
            return segment;
        }
        catch
        {
            segment.Close(unlink: false, released: null);
            throw;
        }
    }

    /// <summary>Adds the entries of another segment's indexes that are not in this one's yet.</summary>
    /// <remarks>The caller holds a reference on the other one, and is the only one who knows of this.</remarks>
    /// <exception cref="IOException">The disk has no room.</exception>
    public void CopyIndexEntries(LogSegment source)
    {
        OffsetIndexEntries offsets = source.OffsetIndex.Entries;
        OffsetIndex.EnsureRoom(offsets.Count);
        for (int slot = OffsetIndex.Count; slot < offsets.Count; slot++)
        {
            (int relativeOffset, int positionBytes) = offsets.At(slot);
            OffsetIndex.ReserveOne();
            OffsetIndex.Append(BaseOffset + relativeOffset, positionBytes);
        }

        TimeIndexEntries times = source.TimeIndex.Entries;
        TimeIndex.EnsureRoom(times.Count);
        for (int slot = TimeIndex.Count; slot < times.Count; slot++)
        {
            TimeIndex.ReserveOne();
            TimeIndex.AppendIfNewer(times.TimestampAt(slot), BaseOffset + times.RelativeOffsetAt(slot));
        }

        if (source.TransactionIndex.Count > TransactionIndex.Count)
        {
            foreach (AbortedTransactionEntry entry in source.TransactionIndex.ReadAll().Skip(TransactionIndex.Count))
            {
                TransactionIndex.Append(entry);
            }
        }
    }

    /// <summary>Becomes what the segment is whose bytes and index entries were copied, all of them.</summary>
    /// <remarks>Under the lock of the other one's log, or once that one is sealed.</remarks>
    public void TakeStateOf(LogSegment source)
    {
        _bytesSinceIndexEntry = source._bytesSinceIndexEntry;
        _firstBatchTimestamp = source._firstBatchTimestamp;
        CreatedAtMs = source.CreatedAtMs;
        RollJitterMs = source.RollJitterMs;
        Volatile.Write(ref _maxTimestampOffset, source._maxTimestampOffset);
        Volatile.Write(ref _maxTimestamp, source._maxTimestamp);
        Volatile.Write(ref _sizeBytes, source._sizeBytes);
    }

    /// <summary>Timestamp of the first batch, from which the age of a segment counts; null while the segment is empty.</summary>
    public long? FirstBatchTimestamp()
    {
        if (_firstBatchTimestamp is null && SizeBytes > 0)
        {
            Span<byte> window = stackalloc byte[RecordBatchFormat.HeaderBytes];
            var scanner = new BatchHeaderScanner(File.Handle, 0, SizeBytes, window);
            _firstBatchTimestamp = scanner.MoveNext() ? scanner.Current.MaxTimestamp : null;
        }

        return _firstBatchTimestamp;
    }

    /// <summary>Writes batches behind the last one. Nothing is published until <see cref="Publish"/>.</summary>
    /// <exception cref="IOException">A part may have been written; see <see cref="DiscardUnpublished"/>.</exception>
    public void Write(ReadOnlySpan<byte> batches) => _io.Write(File.Handle, batches, _sizeBytes);

    /// <summary>Cuts away what a failed <see cref="Write"/> or <see cref="Reserve"/> left behind.</summary>
    public void DiscardUnpublished()
    {
        CloseWindow();
        _io.SetLength(File.Handle, _sizeBytes);
    }

    /// <summary>Takes a written batch in: index entries if they are due, then the size that readers see.</summary>
    public void Publish(in BatchHeader batch, int indexIntervalBytes)
    {
        _firstBatchTimestamp ??= batch.MaxTimestamp;
        if (batch.RecordsMaxTimestamp > _maxTimestamp)
        {
            Volatile.Write(ref _maxTimestampOffset, batch.LastOffset);
            Volatile.Write(ref _maxTimestamp, batch.RecordsMaxTimestamp);
        }

        if (_bytesSinceIndexEntry > indexIntervalBytes)
        {
            TryAddIndexEntries(batch);
        }

        _bytesSinceIndexEntry += batch.SizeBytes;
        Volatile.Write(ref _sizeBytes, _sizeBytes + batch.SizeBytes);
    }

    /// <summary>Tells why appending must go to a new segment; <see cref="RollReason.None"/> if it need not.</summary>
    /// <param name="appendBytes">Size of what is to be appended.</param>
    /// <param name="lastOffset">Its last offset.</param>
    /// <param name="maxTimestamp">Its largest timestamp.</param>
    /// <param name="config">The partition's settings.</param>
    /// <param name="nowMs">Now, in Unix milliseconds.</param>
    public RollReason ShouldRoll(long appendBytes, long lastOffset, long maxTimestamp, LogConfig config, long nowMs)
    {
        if (_sizeBytes > config.SegmentBytes - appendBytes && _sizeBytes > 0)
        {
            return RollReason.Size;
        }

        if (_sizeBytes > 0 && WaitedMs(maxTimestamp, nowMs) > config.EffectiveSegmentMs - Math.Min(RollJitterMs, config.EffectiveSegmentMs))
        {
            return RollReason.Time;
        }

        if (OffsetIndex.IsFull || TimeIndex.IsFull)
        {
            return RollReason.IndexFull;
        }

        return lastOffset - BaseOffset > int.MaxValue ? RollReason.OffsetRange : RollReason.None;
    }

    /// <summary>Gives the indexes their full size, so that they can be added to.</summary>
    public void Activate(LogConfig config)
    {
        OffsetIndex.Expand(config.SegmentIndexBytes);
        TimeIndex.Expand(config.SegmentIndexBytes);
    }

    /// <summary>Finishes the indexes and cuts every file to what is in it: the segment will not be appended to.</summary>
    public void Seal()
    {
        CloseWindow();
        SealTimeIndex();
        OffsetIndex.Trim();
        TimeIndex.Trim();
        if (RandomAccess.GetLength(File.Handle) != _sizeBytes)
        {
            _io.SetLength(File.Handle, _sizeBytes);
        }
    }

    /// <summary>Lets go of the index files' descriptors until the next entry; the mappings stay.</summary>
    /// <remarks>While nobody else knows of the segment, or by the flusher, under the partition's lock, once they are synced.</remarks>
    public void CloseIndexDescriptors()
    {
        OffsetIndex.CloseDescriptor();
        TimeIndex.CloseDescriptor();
    }

    /// <summary>Waits until the batches, and for a sealed segment its indexes too, are on the device.</summary>
    /// <remarks>
    /// The active segment's indexes need not be: after a crash every segment from the recovery point on is indexed anew. Called outside the
    /// partition's lock by a holder of a reference.
    /// </remarks>
    public void Sync(bool includeIndexes)
    {
        _io.Sync(File.Handle);
        if (includeIndexes)
        {
            OffsetIndex.Sync();
            TimeIndex.Sync();
        }

        TransactionIndex.Sync();
    }

    /// <summary>Cuts the segment at a position where a batch begins.</summary>
    /// <param name="offset">Offset that the next record will have at the least.</param>
    /// <param name="positionBytes">New size.</param>
    public void TruncateTo(long offset, long positionBytes)
    {
        OffsetIndex.TruncateTo(offset);
        TimeIndex.TruncateTo(offset);
        TransactionIndex.TruncateTo(offset);
        CloseWindow();
        Volatile.Write(ref _sizeBytes, positionBytes);
        _io.SetLength(File.Handle, positionBytes);
        _bytesSinceIndexEntry = 0;
        _firstBatchTimestamp = null;
        LoadMaxTimestamp(scanTail: true);
    }

    /// <summary>Finds the offset behind the last batch, reading from the last index entry on.</summary>
    /// <param name="nextOffset">The offset; the base offset of an empty segment.</param>
    /// <returns>Whether whole batches lead exactly to the end of the file.</returns>
    public bool TryFindEnd(out long nextOffset)
    {
        (_, int positionBytes) = OffsetIndex.Last();
        Span<byte> window = stackalloc byte[BatchHeaderScanner.WindowBytes];
        var scanner = new BatchHeaderScanner(File.Handle, positionBytes, _sizeBytes, window);
        nextOffset = BaseOffset;
        while (scanner.MoveNext())
        {
            nextOffset = scanner.Current.NextOffset;
        }

        return scanner.NextPositionBytes == _sizeBytes;
    }

    /// <summary>Cuts the index files behind their last entries, after a rebuild.</summary>
    public void TrimIndexes()
    {
        OffsetIndex.Trim();
        TimeIndex.Trim();
    }

    /// <summary>Renames the files and keeps them open.</summary>
    /// <param name="path">Gives the new path for each old one.</param>
    public void Rename(Func<string, string> path)
    {
        string logPath = path(File.Path);
        _io.Move(File.Path, logPath);
        File.Path = logPath;
        OffsetIndex.MoveTo(MoveIfThere(OffsetIndex.Path, path));
        TimeIndex.MoveTo(MoveIfThere(TimeIndex.Path, path));
        TransactionIndex.MoveTo(MoveIfThere(TransactionIndex.Path, path));
    }

    /// <summary>Notes that the directory of the files was renamed.</summary>
    public void MoveTo(string directory)
    {
        File.Path = InDirectory(File.Path);
        OffsetIndex.MoveTo(InDirectory(OffsetIndex.Path));
        TimeIndex.MoveTo(InDirectory(TimeIndex.Path));
        TransactionIndex.MoveTo(InDirectory(TransactionIndex.Path));

        string InDirectory(string path) => Path.Combine(directory, Path.GetFileName(path));
    }

    /// <summary>Gives the segment's own reference back. It is closed once no reader or transfer has one.</summary>
    /// <param name="unlink">Whether the files go as well.</param>
    /// <param name="released">Runs when everything is closed and unlinked, on whatever thread lets go last; must not throw.</param>
    public void Close(bool unlink, Action<LogSegment>? released)
    {
        _unlinkWhenReleased = unlink;
        _released = released;
        File.Release();
    }

    /// <summary>
    /// Time by which retention judges the segment: its largest record timestamp; of emptied batches that of the first; or else when its file was
    /// last written. The caller holds a reference, or the lock of a log that has the segment.
    /// </summary>
    public long LargestTimestamp()
    {
        long maxTimestamp = MaxTimestamp >= 0 ? MaxTimestamp : FirstBatchTimestamp() ?? RecordBatchFormat.NoTimestamp;
        return maxTimestamp >= 0
            ? maxTimestamp
            : new DateTimeOffset(System.IO.File.GetLastWriteTimeUtc(File.Path)).ToUnixTimeMilliseconds();
    }

    /// <summary>Learns the largest timestamp from the time index, whose last entry covers a segment that was closed in order.</summary>
    /// <param name="scanTail">Whether batches may follow that the time index does not cover: at most one index interval.</param>
    public void LoadMaxTimestamp(bool scanTail)
    {
        (long timestampMs, long offset) = TimeIndex.Last();
        (_, int lastEntryPositionBytes) = OffsetIndex.Last();
        long sizeBytes = _sizeBytes;
        if (scanTail)
        {
            Span<byte> window = stackalloc byte[BatchHeaderScanner.WindowBytes];
            var scanner = new BatchHeaderScanner(File.Handle, Math.Min(lastEntryPositionBytes, sizeBytes), sizeBytes, window);
            while (scanner.MoveNext())
            {
                if (scanner.Current.RecordsMaxTimestamp > timestampMs)
                {
                    timestampMs = scanner.Current.RecordsMaxTimestamp;
                    offset = scanner.Current.LastOffset;
                }
            }
        }

        Volatile.Write(ref _maxTimestampOffset, offset);
        Volatile.Write(ref _maxTimestamp, timestampMs);
        _bytesSinceIndexEntry = sizeBytes - lastEntryPositionBytes;
    }

    /// <summary>Starts over with no batches and empty indexes, to be filled by a scan. Only while nobody reads.</summary>
    public void BeginRebuild(LogConfig config)
    {
        OffsetIndex.CutToCount(0);
        TimeIndex.CutToCount(0);
        TransactionIndex.Reset();
        Activate(config);
        _sizeBytes = 0;
        _bytesSinceIndexEntry = 0;
        _maxTimestamp = RecordBatchFormat.NoTimestamp;
        _maxTimestampOffset = BaseOffset;
        _firstBatchTimestamp = null;
    }

    /// <summary>Adds the time index entry that a segment ends with.</summary>
    public void SealTimeIndex()
    {
        if (_maxTimestamp < 0)
        {
            return;
        }

        try
        {
            TimeIndex.ReserveOne();
            TimeIndex.AppendIfNewer(_maxTimestamp, _maxTimestampOffset);
        }
        catch (IOException exception) when (DiskErrors.IsShortage(exception))
        {
            IndexEntriesSkipped++; // As in TryAddIndexEntries.
        }
    }

    private static long ChooseJitter(LogConfig config)
    {
        long jitterMsMax = Math.Min(config.SegmentJitterMs, config.SegmentMs);
        return jitterMsMax == 0 ? 0 : Random.Shared.NextInt64(jitterMsMax);
    }

    private string MoveIfThere(string from, Func<string, string> path)
    {
        string to = path(from);
        if (System.IO.File.Exists(from))
        {
            _io.Move(from, to);
        }

        return to;
    }

    private long WaitedMs(long maxTimestamp, long nowMs)
    {
        long? firstTimestamp = FirstBatchTimestamp();
        return firstTimestamp >= 0 ? maxTimestamp - firstTimestamp.Value : nowMs - CreatedAtMs;
    }

    // An index is a hint. When the disk is full after the batch itself found room, the entry is left out and lookups scan a little further.
    private void TryAddIndexEntries(in BatchHeader batch)
    {
        if (OffsetIndex.IsFull)
        {
            return;
        }

        try
        {
            OffsetIndex.ReserveOne();
            TimeIndex.ReserveOne();
        }
        catch (IOException exception) when (DiskErrors.IsShortage(exception))
        {
            IndexEntriesSkipped++;
            return;
        }

        OffsetIndex.Append(batch.LastOffset, (int)_sizeBytes);
        TimeIndex.AppendIfNewer(_maxTimestamp, _maxTimestampOffset);
        _bytesSinceIndexEntry = 0;
    }

    /// <summary>Index entries that were left out because the disk was full.</summary>
    public int IndexEntriesSkipped { get; private set; }

    private void OnReleased()
    {
        CloseWindow();
        OffsetIndex.Dispose();
        TimeIndex.Dispose();
        TransactionIndex.Dispose();
        if (_unlinkWhenReleased)
        {
            Unlink();
        }

        _released?.Invoke(this);
    }

    private void Unlink()
    {
        foreach (string path in (ReadOnlySpan<string>)[File.Path, OffsetIndex.Path, TimeIndex.Path, TransactionIndex.Path])
        {
            try
            {
                _io.Delete(path);
            }
            catch (Exception exception) when (DiskErrors.IsStorageError(exception))
            {
                // The file keeps its .deleted name and goes at the next start; nobody can act on it here.
                UnlinkFailure = exception;
            }
        }
    }

    /// <summary>Why a file could not be unlinked; null if all went.</summary>
    public Exception? UnlinkFailure { get; private set; }
}
