using Sluice.Log.Checkpoints;
using Sluice.Log.Producers;
using Sluice.Log.Segments;
using Sluice.Log.Storage;
using Sluice.Protocol;

namespace Sluice.Log;

/// <summary>The log of one partition: an append-only sequence of record batches in segment files.</summary>
/// <remarks>
/// <para>
/// Writers (appends, truncation, retention, moving the high watermark) take one lock, held for memory-speed work and one write into the page
/// cache; a flush to the device never happens under it. Readers take none: they see an immutable array of segments and one consistent set of
/// offsets, and hold a reference on the segment whose bytes they hand on.
/// </para>
/// <para>
/// A disk error takes the whole log directory offline and is answered with KAFKA_STORAGE_ERROR from then on. A full disk is not such an error:
/// what was written of the batch is cut off and later appends work once there is room.
/// </para>
/// <para>Bytes: docs/formats/segment.md.</para>
/// </remarks>
public sealed partial class PartitionLog
{
    // What the log shares with the others of its directory: another one once it has moved. Written under the lock.
    private volatile LogContext _context;
    private readonly Lock _lock = new();
    private readonly LogOffsetsBoard _board = new();
    private readonly PositionCache _positions = new();
    private readonly LeaderEpochCache _epochs;
    private readonly ProducerStateManager _producers;
    private volatile string _path;
    private volatile LogSegment[] _segments;
    private volatile LogConfig _config;
    private volatile ILogListener? _listener;
    private volatile bool _isClosed;

    // Written under the lock; _board is what others read.
    private LogOffsets _offsets;
    private bool _highWatermarkFollowsEnd;

    internal PartitionLog(LogContext context, LoadedLog loaded, LogConfig config)
    {
        _context = context;
        _path = loaded.Path;
        _config = config;
        _epochs = loaded.Epochs;
        _producers = loaded.Producers;
        _segments = loaded.Segments;
        _recoveryPoint = loaded.RecoveryPoint;
        _checkpointedRecoveryPoint = loaded.RecoveryPoint;
        _flushedEpochsVersion = loaded.EpochsWrittenVersion;
        _directoryChanged = loaded.IsDirectoryUnsynced;
        _highWatermarkFollowsEnd = context.Options.HighWatermarkFollowsEnd;
        _lastSnapshotOffset = loaded.LastSnapshotOffset;
        TopicPartition = loaded.TopicPartition;
        TopicId = loaded.TopicId;
        long highWatermark = _highWatermarkFollowsEnd
            ? loaded.LogEndOffset
            : Math.Clamp(loaded.HighWatermark, loaded.LogStartOffset, loaded.LogEndOffset);
        _producers.OnHighWatermark(highWatermark);
        _offsets = new LogOffsets(loaded.LogStartOffset, highWatermark, highWatermark, loaded.LogEndOffset);
        _lastFlushMs = context.NowMs;
        Publish();
    }

    /// <summary>Topic and number of the partition.</summary>
    public TopicPartition TopicPartition { get; }

    /// <summary>Id of the topic; zero for a directory that was written before topics had ids and has not been given one.</summary>
    public Uuid TopicId { get; private set; }

    /// <summary>The topic's settings. A new value takes effect with the next append, roll or retention pass.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A setting lies outside the range in which a log can be written.</exception>
    public LogConfig Config
    {
        get => _config;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            value.Validate();
            _config = value;
        }
    }

    /// <summary>Hears of appends and of the high watermark; null for nobody.</summary>
    public ILogListener? Listener
    {
        get => _listener;
        set => _listener = value;
    }

    /// <summary>Directory of the partition's files.</summary>
    public string DirectoryPath => _path;

    /// <summary>The log directory that it is in.</summary>
    public LogDirectory LogDirectory => _context.Directory;

    /// <summary>Whether the partition can be used: its log directory is online and it has not been closed or deleted.</summary>
    public bool IsOnline => _context.Directory.IsOnline && !_isClosed;

    /// <summary>First offset that may be read.</summary>
    public long LogStartOffset => Offsets().LogStartOffset;

    /// <summary>Offset of the next record to be appended.</summary>
    public long LogEndOffset => Offsets().LogEndOffset;

    /// <summary>First offset that consumers may not read.</summary>
    public long HighWatermark => Offsets().HighWatermark;

    /// <summary>First offset that read_committed consumers may not read.</summary>
    public long LastStableOffset => Offsets().LastStableOffset;

    /// <summary>Everything below this offset is on the device.</summary>
    public long RecoveryPoint => Volatile.Read(ref _recoveryPoint);

    /// <summary>Latest leader epoch that the log has records of; -1 if it has none.</summary>
    public int LeaderEpoch => _epochs.LatestEpoch;

    /// <summary>Bytes of all segments' batches, without indexes.</summary>
    public long SizeBytes
    {
        get
        {
            long sizeBytes = 0;
            foreach (LogSegment segment in _segments)
            {
                sizeBytes += segment.SizeBytes;
            }

            return sizeBytes;
        }
    }

    /// <summary>Number of segments; 1 or more while the log is open.</summary>
    public int SegmentCount => _segments.Length;

    /// <summary>Number of idempotent and transactional producers that are remembered.</summary>
    public int ProducersCount
    {
        get
        {
            lock (_lock)
            {
                return _producers.ProducersCount;
            }
        }
    }

    /// <summary>
    /// Whether every append moves the high watermark to the log end offset, as is right where this is the only in-sync replica. Setting it to true
    /// moves it at once.
    /// </summary>
    public bool HighWatermarkFollowsEnd
    {
        get
        {
            lock (_lock)
            {
                return _highWatermarkFollowsEnd;
            }
        }

        set
        {
            bool moved;
            lock (_lock)
            {
                _highWatermarkFollowsEnd = value;
                moved = value && SetHighWatermarkLocked(_offsets.LogEndOffset);
            }

            NotifyListener(moved);
        }
    }

    /// <summary>Notes that this broker leads under an epoch, from the log end offset on; an epoch that is not newer changes nothing.</summary>
    /// <param name="leaderEpoch">0 or more.</param>
    /// <remarks>
    /// A partition that nobody wrote to yet has an epoch too: clients learn it from Metadata and send it with their requests. It reaches the disk
    /// with the first batch that carries it.
    /// </remarks>
    public void BeginLeaderEpoch(int leaderEpoch)
    {
        lock (_lock)
        {
            if (leaderEpoch > _epochs.LatestEpoch)
            {
                _epochs.Assign(leaderEpoch, _offsets.LogEndOffset);
            }
        }
    }

    internal LogSegment[] Segments => _segments;

    internal LeaderEpochCache Epochs => _epochs;

    /// <summary>All offsets as they were at one moment.</summary>
    /// <remarks>Takes no lock; safe beside appends.</remarks>
    public LogOffsets Offsets() => _board.Read();

    /// <summary>Where the log ends in its files: what was appended between two looks is the difference, unless the segment rolled.</summary>
    public LogEndPosition EndPosition
    {
        get
        {
            _board.Read(out LogEndPosition end);
            return end;
        }
    }

    /// <summary>Raises the high watermark; a lower or equal offset changes nothing.</summary>
    /// <param name="offset">Offset up to which the in-sync replicas have the log; cut to the log end offset.</param>
    /// <returns>Whether it moved; then the listener has been called.</returns>
    public bool AdvanceHighWatermark(long offset)
    {
        bool moved;
        lock (_lock)
        {
            moved = offset > _offsets.HighWatermark && SetHighWatermarkLocked(offset);
        }

        NotifyListener(moved);
        return moved;
    }

    /// <summary>Sets the high watermark to what a leader said, up or down, within the log.</summary>
    /// <param name="offset">The leader's high watermark; brought between log start and log end offset.</param>
    /// <returns>The high watermark now.</returns>
    public long SetHighWatermark(long offset)
    {
        bool moved;
        lock (_lock)
        {
            moved = SetHighWatermarkLocked(offset);
        }

        NotifyListener(moved);
        return HighWatermark;
    }

    /// <summary>Gives a log without a topic id the id of its topic; it is on the device when this returns.</summary>
    /// <param name="topicId">The id; not zero.</param>
    /// <exception cref="InvalidOperationException">The log belongs to another topic id.</exception>
    /// <exception cref="IOException">The disk refused.</exception>
    public void AssignTopicId(Uuid topicId)
    {
        ArgumentOutOfRangeException.ThrowIfEqual(topicId, Uuid.Zero);
        lock (_lock)
        {
            if (TopicId == topicId)
            {
                return;
            }

            if (TopicId != Uuid.Zero)
            {
                throw new InvalidOperationException($"{TopicPartition} belongs to topic id {TopicId}, not {topicId}.");
            }

            PartitionMetadataFile.Write(_context.Io, System.IO.Path.Combine(_path, PartitionMetadataFile.Name), topicId);
            TopicId = topicId;
        }
    }

    /// <summary>Answers where the records of a leader epoch end.</summary>
    /// <param name="leaderEpoch">The epoch asked for.</param>
    /// <returns>The largest known epoch at or below it and the offset at which that one ends; (-1, -1) if it is not known.</returns>
    public EpochEndOffset EndOffsetForEpoch(int leaderEpoch) => _epochs.EndOffsetFor(leaderEpoch, LogEndOffset);

    /// <summary>Leader epoch under which an offset was appended.</summary>
    /// <param name="offset">Any offset; at or above the log end offset it is the latest epoch.</param>
    /// <returns>The epoch, or -1 if it is not known.</returns>
    public int EpochForOffset(long offset) => _epochs.EpochFor(offset);

    /// <summary>Forgets idempotent producers that have been silent for too long.</summary>
    /// <returns>How many were forgotten.</returns>
    public int RemoveExpiredProducers()
    {
        int removedCount;
        lock (_lock)
        {
            removedCount = _producers.RemoveExpired(_context.NowMs, _context.Options.ProducerIdExpirationMs);
        }

        if (removedCount > 0)
        {
            LogLog.ProducersExpired(_context.Logger, TopicPartition, removedCount);
        }

        return removedCount;
    }

    /// <summary>Name of the partition's directory.</summary>
    public override string ToString() => TopicPartition.ToString();

    // Under the lock.
    private bool SetHighWatermarkLocked(long offset)
    {
        long highWatermark = Math.Clamp(offset, _offsets.LogStartOffset, _offsets.LogEndOffset);
        if (highWatermark == _offsets.HighWatermark)
        {
            return false;
        }

        _offsets = _offsets with { HighWatermark = highWatermark };
        _producers.OnHighWatermark(highWatermark);
        Publish();
        return true;
    }

    // Under the lock. Readers act on what this shows: call it only after the bytes below the log end offset are written.
    private void Publish()
    {
        long lastStableOffset = _producers.FirstUnstableOffset is { } firstUnstableOffset
            ? Math.Clamp(firstUnstableOffset, _offsets.LogStartOffset, _offsets.HighWatermark)
            : _offsets.HighWatermark;
        _offsets = _offsets with { LastStableOffset = lastStableOffset };
        LogSegment active = _segments[^1];
        _board.Publish(_offsets, new LogEndPosition(active.BaseOffset, active.SizeBytes));
    }

    private void NotifyListener(bool moved)
    {
        if (moved)
        {
            _listener?.OnAppended(this);
        }
    }

    // Under a lock, where the log cannot move meanwhile.
    private bool TryTakeOffline(Exception exception) => TryTakeOffline(_context, exception);

    // Without one: the directory in which the work began is the one whose disk refused.
    private static bool TryTakeOffline(LogContext context, Exception exception)
    {
        if (!DiskErrors.IsStorageError(exception))
        {
            return false;
        }

        context.Directory.MarkOffline(exception);
        return true;
    }
}
