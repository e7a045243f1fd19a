using Sluice.Protocol.Records;

namespace Sluice.Log;

/// <summary>Settings of one topic as far as its log on disk is concerned.</summary>
/// <remarks>
/// Immutable; a changed setting is a new instance given to <see cref="PartitionLog.Config"/> and takes effect with the next append, roll or
/// retention pass. Defaults are Kafka's. Ranges are checked by whoever parses the settings; <see cref="Validate"/> checks them again where a
/// wrong value would damage a log.
/// </remarks>
public sealed record LogConfig
{
    /// <summary>Kafka's defaults for every setting.</summary>
    public static LogConfig Default { get; } = new();

    /// <summary>Bytes at which the active segment rolls; also the largest append. Kafka <c>segment.bytes</c>, 14 or more.</summary>
    public int SegmentBytes { get; init; } = 1 << 30;

    /// <summary>Milliseconds of record time after which the active segment rolls at the next append. Kafka <c>segment.ms</c>, 1 or more.</summary>
    public long SegmentMs { get; init; } = 7L * 24 * 60 * 60 * 1000;

    /// <summary>Upper limit of the random milliseconds taken off <see cref="SegmentMs"/> per segment. Kafka <c>segment.jitter.ms</c>, 0 or more.</summary>
    public long SegmentJitterMs { get; init; }

    /// <summary>Bytes to which the active segment's offset and time index are preallocated. Kafka <c>segment.index.bytes</c>, 24 or more here.</summary>
    public int SegmentIndexBytes { get; init; } = 10 * 1024 * 1024;

    /// <summary>Bytes of log between two index entries. Kafka <c>index.interval.bytes</c>, 0 or more.</summary>
    public int IndexIntervalBytes { get; init; } = 4096;

    /// <summary>Milliseconds after which a whole segment is removed; -1 is never. Kafka <c>retention.ms</c>.</summary>
    public long RetentionMs { get; init; } = 7L * 24 * 60 * 60 * 1000;

    /// <summary>Bytes per partition above which the oldest segments are removed; -1 is unlimited. Kafka <c>retention.bytes</c>.</summary>
    public long RetentionBytes { get; init; } = -1;

    /// <summary>Largest batch in bytes that a client may append. Kafka <c>max.message.bytes</c>, 0 or more.</summary>
    public int MaxMessageBytes { get; init; } = 1_048_588;

    /// <summary>Milliseconds between renaming a file to <c>.deleted</c> and unlinking it. Kafka <c>file.delete.delay.ms</c>, 0 or more.</summary>
    public long FileDeleteDelayMs { get; init; } = 60_000;

    /// <summary>Records after which an append asks for a flush to the device. Kafka <c>flush.messages</c>, 1 or more.</summary>
    public long FlushMessages { get; init; } = long.MaxValue;

    /// <summary>Milliseconds that appended records may wait for a flush. Kafka <c>flush.ms</c>, 0 or more.</summary>
    public long FlushMs { get; init; } = long.MaxValue;

    /// <summary>Whose clock sets the records' timestamps. Kafka <c>message.timestamp.type</c>.</summary>
    public TimestampType MessageTimestampType { get; init; } = TimestampType.CreateTime;

    /// <summary>Milliseconds that a record's timestamp may lie in the past. Kafka <c>message.timestamp.before.max.ms</c>, 0 or more.</summary>
    public long MessageTimestampBeforeMaxMs { get; init; } = long.MaxValue;

    /// <summary>Milliseconds that a record's timestamp may lie in the future. Kafka <c>message.timestamp.after.max.ms</c>, 0 or more.</summary>
    public long MessageTimestampAfterMaxMs { get; init; } = 3_600_000;

    /// <summary>What happens to old data. Kafka <c>cleanup.policy</c>.</summary>
    public CleanupPolicy CleanupPolicy { get; init; } = CleanupPolicy.Delete;

    /// <summary>Codec that batches are stored with; null keeps the producer's. Kafka <c>compression.type</c>, where null is <c>producer</c>.</summary>
    public CompressionType? CompressionType { get; init; }

    /// <summary>Level of gzip when the broker compresses, 1 to 9 or -1. Kafka <c>compression.gzip.level</c>.</summary>
    public int GzipLevel { get; init; } = -1;

    /// <summary>Level of LZ4 when the broker compresses, 1 to 17. Kafka <c>compression.lz4.level</c>.</summary>
    public int Lz4Level { get; init; } = 9;

    /// <summary>Level of Zstandard when the broker compresses, -131072 to 22. Kafka <c>compression.zstd.level</c>.</summary>
    public int ZstdLevel { get; init; } = 3;

    /// <summary>Whether a new segment's file is given its full length at once. Kafka <c>preallocate</c>.</summary>
    public bool Preallocate { get; init; }

    /// <summary>In-sync replicas that an acknowledged write needs, 1 or more. Kafka <c>min.insync.replicas</c>; kept here for the layers above.</summary>
    public int MinInsyncReplicas { get; init; } = 1;

    /// <summary>Milliseconds for which a tombstone is kept by compaction. Kafka <c>delete.retention.ms</c>, 0 or more.</summary>
    public long DeleteRetentionMs { get; init; } = 86_400_000;

    /// <summary>Milliseconds before a record may be compacted. Kafka <c>min.compaction.lag.ms</c>, 0 or more.</summary>
    public long MinCompactionLagMs { get; init; }

    /// <summary>Milliseconds after which a record must have become compactable. Kafka <c>max.compaction.lag.ms</c>, 1 or more.</summary>
    public long MaxCompactionLagMs { get; init; } = long.MaxValue;

    /// <summary>Share of dirty bytes at which a log is compacted, 0 to 1. Kafka <c>min.cleanable.dirty.ratio</c>.</summary>
    public double MinCleanableDirtyRatio { get; init; } = 0.5;

    /// <summary>Whether records without a key are refused.</summary>
    public bool IsCompacted => (CleanupPolicy & CleanupPolicy.Compact) != 0;

    /// <summary>Milliseconds after which the active segment rolls: compacted topics may not keep a segment open beyond their compaction lag.</summary>
    public long EffectiveSegmentMs => IsCompacted ? Math.Min(MaxCompactionLagMs, SegmentMs) : SegmentMs;

    /// <summary>Level that belongs to <paramref name="codec"/>.</summary>
    /// <param name="codec">The codec that the broker is about to compress with.</param>
    /// <returns>The configured level, or 0 where the codec has none.</returns>
    public int LevelOf(CompressionType codec) => codec switch
    {
        Protocol.Records.CompressionType.Gzip => GzipLevel,
        Protocol.Records.CompressionType.Lz4 => Lz4Level,
        Protocol.Records.CompressionType.Zstd => ZstdLevel,
        _ => 0,
    };

    /// <summary>Refuses values with which a log could not be written.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size, interval or delay lies outside its documented range.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(SegmentBytes, 14);
        ArgumentOutOfRangeException.ThrowIfLessThan(SegmentMs, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(SegmentJitterMs);
        // Two time entries: one is kept free for the entry that sealing a segment writes.
        ArgumentOutOfRangeException.ThrowIfLessThan(SegmentIndexBytes, 24);
        ArgumentOutOfRangeException.ThrowIfNegative(IndexIntervalBytes);
        ArgumentOutOfRangeException.ThrowIfNegative(MaxMessageBytes);
        ArgumentOutOfRangeException.ThrowIfNegative(FileDeleteDelayMs);
        ArgumentOutOfRangeException.ThrowIfLessThan(FlushMessages, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(FlushMs);
    }
}
