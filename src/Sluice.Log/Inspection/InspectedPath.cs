using Sluice.Log.Checkpoints;
using Sluice.Log.Segments;

namespace Sluice.Log.Inspection;

/// <summary>A file or directory of a log, and what it is by its name and content.</summary>
/// <param name="FullPath">Full path.</param>
/// <param name="Kind">What it is.</param>
/// <param name="BaseOffset">The offset that names a segment's file or a snapshot; 0 for everything else.</param>
public sealed record InspectedPath(string FullPath, InspectedPathKind Kind, long BaseOffset)
{
    private static readonly (string Extension, InspectedPathKind Kind)[] Extensions =
    [
        (SegmentFiles.LogExtension, InspectedPathKind.Segment),
        (SegmentFiles.OffsetIndexExtension, InspectedPathKind.OffsetIndex),
        (SegmentFiles.TimeIndexExtension, InspectedPathKind.TimeIndex),
        (SegmentFiles.TransactionIndexExtension, InspectedPathKind.TransactionIndex),
        (SegmentFiles.SnapshotExtension, InspectedPathKind.ProducerSnapshot),
    ];

    private static readonly string[] Suffixes = ["", SegmentFiles.DeletedSuffix, SegmentFiles.CleanedSuffix, SegmentFiles.SwapSuffix];

    /// <summary>Finds out what a path leads to.</summary>
    /// <param name="path">Of Sluice's or Apache Kafka's; a directory without partitions counts as a log directory.</param>
    /// <exception cref="FileNotFoundException">There is nothing.</exception>
    /// <exception cref="InvalidDataException">It is a file of no known kind.</exception>
    public static InspectedPath Identify(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string fullPath = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (Directory.Exists(fullPath))
        {
            return new InspectedPath(fullPath, IsPartition(fullPath) ? InspectedPathKind.PartitionDirectory : InspectedPathKind.DataDirectory, 0);
        }

        if (!File.Exists(fullPath))
        {
            throw new FileNotFoundException($"there is no '{path}'", path);
        }

        string name = Path.GetFileName(fullPath);
        foreach ((string extension, InspectedPathKind kind) in Extensions)
        {
            foreach (string suffix in Suffixes)
            {
                if (SegmentFiles.TryParse(name, extension + suffix, out long baseOffset))
                {
                    return new InspectedPath(fullPath, kind, baseOffset);
                }
            }
        }

        return new InspectedPath(fullPath, KindOf(name, path), 0);
    }

    private static InspectedPathKind KindOf(string name, string path) => name switch
    {
        LeaderEpochFile.Name => InspectedPathKind.LeaderEpochs,
        OffsetCheckpointFile.RecoveryPointName or OffsetCheckpointFile.LogStartName or OffsetCheckpointFile.HighWatermarkName
            or OffsetCheckpointFile.CleanerName => InspectedPathKind.OffsetCheckpoint,
        PartitionMetadataFile.Name => InspectedPathKind.PartitionMetadata,
        MetaProperties.FileName => InspectedPathKind.MetaProperties,
        CleanShutdownFile.Name => InspectedPathKind.CleanShutdown,
        _ => throw new InvalidDataException($"'{path}' is not named like a file of a log: a segment's files are named by 20 digits"),
    };

    // The name alone is not enough: a log directory may be called "data-1", and a copied partition anything.
    private static bool IsPartition(string path) =>
        File.Exists(Path.Combine(path, PartitionMetadataFile.Name))
        || File.Exists(Path.Combine(path, LeaderEpochFile.Name))
        || Directory.EnumerateFiles(path).Any(static file => SegmentFiles.TryParse(Path.GetFileName(file), SegmentFiles.LogExtension, out _));
}
