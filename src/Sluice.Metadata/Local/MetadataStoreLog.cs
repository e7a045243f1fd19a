using Microsoft.Extensions.Logging;

namespace Sluice.Metadata.Local;

internal static partial class MetadataStoreLog
{
    [LoggerMessage(5001, LogLevel.Information, "Metadata of cluster {ClusterId} opened at version {Version}: {TopicsCount} topics, from {Directory}",
        EventName = "MetadataOpened")]
    internal static partial void Opened(ILogger logger, string clusterId, long version, int topicsCount, string directory);

    [LoggerMessage(5002, LogLevel.Information, "New cluster {ClusterId}: its metadata is kept in {Directory}", EventName = "MetadataCreated")]
    internal static partial void Created(ILogger logger, string clusterId, string directory);

    [LoggerMessage(5003, LogLevel.Warning, "{Path}: cut off {CutBytes} bytes at byte {PositionBytes}, the beginning of a change that was never answered",
        EventName = "MetadataTailCut")]
    internal static partial void TailCut(ILogger logger, string path, long cutBytes, long positionBytes);

    [LoggerMessage(5004, LogLevel.Debug, "Metadata snapshot written at version {Version}: {SnapshotBytes} bytes instead of a log of {LogBytes}",
        EventName = "MetadataCompacted")]
    internal static partial void Compacted(ILogger logger, long version, long snapshotBytes, long logBytes);

    [LoggerMessage(5005, LogLevel.Error, "A metadata snapshot could not be written to {Directory}; the change log keeps growing until one can",
        EventName = "MetadataCompactionFailed")]
    internal static partial void CompactionFailed(ILogger logger, Exception error, string directory);

    [LoggerMessage(5006, LogLevel.Error, "{Observer} failed to take over metadata version {Version}", EventName = "MetadataObserverFailed")]
    internal static partial void ObserverFailed(ILogger logger, Exception error, string observer, long version);

    [LoggerMessage(5007, LogLevel.Error, "Metadata can no longer be stored in {Directory}; restart after the disk is in order",
        EventName = "MetadataStoreFailed")]
    internal static partial void Failed(ILogger logger, Exception error, string directory);
}
