using Sluice.Log.Checkpoints;
using Sluice.Log.Producers;
using Sluice.Log.Segments;
using Sluice.Protocol;

namespace Sluice.Log;

/// <summary>Everything that loading, or creating, a partition's directory gives its log to begin with.</summary>
internal sealed record LoadedLog
{
    public required TopicPartition TopicPartition { get; init; }

    public required string Path { get; init; }

    public required Uuid TopicId { get; init; }

    /// <summary>One or more, ascending; the last one is active.</summary>
    public required LogSegment[] Segments { get; init; }

    public required LeaderEpochCache Epochs { get; init; }

    /// <summary>Version of <see cref="Epochs"/> that its file holds; another number than the current one if the file must be written.</summary>
    public required int EpochsWrittenVersion { get; init; }

    public required ProducerStateManager Producers { get; init; }

    public required long LogStartOffset { get; init; }

    public required long LogEndOffset { get; init; }

    public required long RecoveryPoint { get; init; }

    public required long HighWatermark { get; init; }

    /// <summary>Offset of the newest producer snapshot; -1 if there is none.</summary>
    public required long LastSnapshotOffset { get; init; }

    /// <summary>Whether names in the directory may not be on the device: those that a killed process made or removed, and recovery after it.</summary>
    public required bool IsDirectoryUnsynced { get; init; }

    /// <summary>Segments that were read from their first byte.</summary>
    public required int SegmentsScanned { get; init; }

    /// <summary>What was cut off; null if nothing was.</summary>
    public required LogTruncation? Truncation { get; init; }
}
