using Microsoft.Extensions.Logging;

namespace Sluice.Log;

/// <summary>Every event that the log layer reports; ids 3000 to 3999.</summary>
internal static partial class LogLog
{
    [LoggerMessage(3000, LogLevel.Information, "Opening log directory {Directory} with {LogsCount} partitions after a {Shutdown} shutdown", EventName = "DirectoryOpening")]
    public static partial void DirectoryOpening(ILogger logger, string directory, int logsCount, string shutdown);

    [LoggerMessage(3001, LogLevel.Information, "Log directory {Directory} is open: {LogsCount} partitions, {SegmentsScanned} segments scanned, {DurationMs} ms", EventName = "DirectoryOpened")]
    public static partial void DirectoryOpened(ILogger logger, string directory, int logsCount, int segmentsScanned, long durationMs);

    [LoggerMessage(3002, LogLevel.Information, "Log directory {Directory} is closed", EventName = "DirectoryClosed")]
    public static partial void DirectoryClosed(ILogger logger, string directory);

    [LoggerMessage(3003, LogLevel.Error, "Log directory {Directory} is offline: its partitions cannot be used until the disk is repaired and the broker restarted", EventName = "DirectoryOffline")]
    public static partial void DirectoryOffline(ILogger logger, string directory, Exception failure);

    [LoggerMessage(3004, LogLevel.Warning, "Checkpoint {Path} cannot be read; its offsets are taken for unknown", EventName = "CheckpointUnreadable")]
    public static partial void CheckpointUnreadable(ILogger logger, string path, Exception exception);

    [LoggerMessage(3005, LogLevel.Warning, "Directory {Path} was set aside earlier and belongs to no topic; remove it when its data are not needed", EventName = "StrayDirectory")]
    public static partial void StrayDirectory(ILogger logger, string path);

    [LoggerMessage(3010, LogLevel.Warning, "{TopicPartition}: segment {BaseOffset} is read anew because {Reason}", EventName = "SegmentRebuilt")]
    public static partial void SegmentRebuilt(ILogger logger, TopicPartition topicPartition, long baseOffset, string reason);

    [LoggerMessage(3011, LogLevel.Warning, "{TopicPartition}: {Bytes} bytes cut off at offset {NextOffset} because {Reason}", EventName = "LogTruncatedByRecovery")]
    public static partial void TruncatedByRecovery(ILogger logger, TopicPartition topicPartition, long bytes, long nextOffset, string reason);

    [LoggerMessage(3012, LogLevel.Warning, "{TopicPartition}: producer snapshot {Path} is damaged and was removed", EventName = "SnapshotDamaged")]
    public static partial void SnapshotDamaged(ILogger logger, TopicPartition topicPartition, string path);

    [LoggerMessage(3013, LogLevel.Warning, "{TopicPartition}: all segments lie below the log start offset {LogStartOffset}; the log starts empty there", EventName = "LogBelowStart")]
    public static partial void LogBelowStart(ILogger logger, TopicPartition topicPartition, long logStartOffset);

    [LoggerMessage(3014, LogLevel.Information, "{TopicPartition}: {Bytes} reserved bytes without records cut off at offset {NextOffset}", EventName = "ReservedTailCut")]
    public static partial void ReservedTailCut(ILogger logger, TopicPartition topicPartition, long bytes, long nextOffset);

    [LoggerMessage(3020, LogLevel.Debug, "{TopicPartition}: rolled to segment {BaseOffset} ({Reason})", EventName = "SegmentRolled")]
    public static partial void SegmentRolled(ILogger logger, TopicPartition topicPartition, long baseOffset, Segments.RollReason reason);

    [LoggerMessage(3021, LogLevel.Information, "{TopicPartition}: {SegmentsCount} segments with {Bytes} bytes removed ({Reason}); the log starts at {LogStartOffset}", EventName = "SegmentsRemoved")]
    public static partial void SegmentsRemoved(ILogger logger, TopicPartition topicPartition, int segmentsCount, long bytes, string reason, long logStartOffset);

    [LoggerMessage(3022, LogLevel.Information, "{TopicPartition}: truncated from {OldEndOffset} to {NewEndOffset}", EventName = "LogTruncated")]
    public static partial void LogTruncated(ILogger logger, TopicPartition topicPartition, long oldEndOffset, long newEndOffset);

    [LoggerMessage(3023, LogLevel.Error, "{TopicPartition}: no room, on the disk or elsewhere; {Bytes} bytes were not appended and nothing stored was lost", EventName = "DiskFull")]
    public static partial void DiskFull(ILogger logger, TopicPartition topicPartition, int bytes, Exception exception);

    [LoggerMessage(3024, LogLevel.Warning, "File {Path} could not be removed; it goes at the next start", EventName = "FileNotRemoved")]
    public static partial void FileNotRemoved(ILogger logger, string path, Exception exception);

    [LoggerMessage(3025, LogLevel.Error, "{TopicPartition}: damaged batch at position {PositionBytes} of segment {BaseOffset} met by a read", EventName = "DamagedBatchRead")]
    public static partial void DamagedBatchRead(ILogger logger, TopicPartition topicPartition, long baseOffset, long positionBytes);

    [LoggerMessage(3026, LogLevel.Debug, "{TopicPartition}: {ProducersCount} silent producers forgotten", EventName = "ProducersExpired")]
    public static partial void ProducersExpired(ILogger logger, TopicPartition topicPartition, int producersCount);

    [LoggerMessage(3030, LogLevel.Information, "{TopicPartition}: created", EventName = "LogCreated")]
    public static partial void LogCreated(ILogger logger, TopicPartition topicPartition);

    [LoggerMessage(3031, LogLevel.Information, "{TopicPartition}: deleted; its files go in {DelayMs} ms", EventName = "LogDeleted")]
    public static partial void LogDeleted(ILogger logger, TopicPartition topicPartition, long delayMs);

    [LoggerMessage(3032, LogLevel.Error, "Background work '{Work}' failed", EventName = "BackgroundWorkFailed")]
    public static partial void BackgroundWorkFailed(ILogger logger, string work, Exception exception);

    [LoggerMessage(3040, LogLevel.Information, "{TopicPartition}: compacted up to offset {EndOffset}: {RecordsRemoved} of {RecordsRead} records removed, {ReplacedSegments} segments with {ReplacedBytes} bytes became {NewSegments} with {BytesWritten}", EventName = "LogCompacted")]
    public static partial void Compacted(ILogger logger, TopicPartition topicPartition, long endOffset, long recordsRemoved, long recordsRead, int replacedSegments, long replacedBytes, int newSegments, long bytesWritten);

    [LoggerMessage(3041, LogLevel.Debug, "{TopicPartition}: compaction given up: {Reason}", EventName = "CompactionGivenUp")]
    public static partial void CompactionGivenUp(ILogger logger, TopicPartition topicPartition, string reason);

    [LoggerMessage(3042, LogLevel.Error, "{TopicPartition}: cannot be compacted and is left as it is until a restart; its log grows", EventName = "PartitionUncleanable")]
    public static partial void PartitionUncleanable(ILogger logger, TopicPartition topicPartition, Exception exception);

    [LoggerMessage(3043, LogLevel.Warning, "{TopicPartition}: {RecordsCount} records without a key removed by compaction; they date from before cleanup.policy said compact", EventName = "RecordsWithoutKeyRemoved")]
    public static partial void RecordsWithoutKeyRemoved(ILogger logger, TopicPartition topicPartition, long recordsCount);

    [LoggerMessage(3044, LogLevel.Error, "{TopicPartition}: the disk has no room for a compacted copy, or refuses to make it; nothing stored was lost, tried again later", EventName = "CompactionRefused")]
    public static partial void CompactionRefused(ILogger logger, TopicPartition topicPartition, Exception exception);

    [LoggerMessage(3050, LogLevel.Information, "{TopicPartition}: is being copied to {To}", EventName = "MoveBegun")]
    public static partial void MoveBegun(ILogger logger, TopicPartition topicPartition, string to);

    [LoggerMessage(3051, LogLevel.Information, "{TopicPartition}: moved from {From} to {To}, {Bytes} bytes", EventName = "LogMoved")]
    public static partial void Moved(ILogger logger, TopicPartition topicPartition, string from, string to, long bytes);

    [LoggerMessage(3052, LogLevel.Information, "{TopicPartition}: the copy in {To} is given up", EventName = "MoveGivenUp")]
    public static partial void MoveGivenUp(ILogger logger, TopicPartition topicPartition, string to);

    [LoggerMessage(3053, LogLevel.Error, "{TopicPartition}: {To} has no room for the copy that is being made there; it goes on when there is room", EventName = "MoveWaitsForRoom")]
    public static partial void MoveWaitsForRoom(ILogger logger, TopicPartition topicPartition, string to, Exception exception);

    [LoggerMessage(3054, LogLevel.Warning, "{TopicPartition}: found in {Kept} and in {Removed} after an interrupted move; the first goes further and is kept", EventName = "MoveDecided")]
    public static partial void MoveDecided(ILogger logger, TopicPartition topicPartition, string kept, string removed);

    [LoggerMessage(3055, LogLevel.Warning, "{TopicPartition}: the copy {Path} may be all there is of it; it is left alone while a log directory is offline", EventName = "MoveUndecided")]
    public static partial void MoveUndecided(ILogger logger, TopicPartition topicPartition, string path);
}
