using Sluice.Log.Checkpoints;
using Sluice.Log.Storage;

namespace Sluice.Log.Inspection;

/// <summary>What lies in a log directory: partitions, checkpoints, and what else a broker would stumble over.</summary>
internal sealed class DataDirectory
{
    /// <summary>A log of the broker's own, without the checkpoints that other partitions have.</summary>
    public const string MetadataLogName = "__cluster_metadata-0";

    private static readonly string[] DirectoriesOfOthers = ["remote-log-index-cache"];

    private readonly string _path;
    private readonly Dictionary<string, Dictionary<TopicPartition, long>> _checkpoints = [];

    private DataDirectory(string path) => _path = path;

    /// <summary>Partitions in use, by topic and number.</summary>
    public List<(TopicPartition TopicPartition, string Path)> Partitions { get; } = [];

    /// <summary>Directories that no broker reads as a log.</summary>
    public List<string> OtherDirectories { get; } = [];

    /// <summary>Whether the last shutdown was in order and no broker has started since.</summary>
    public bool IsClean { get; private set; }

    /// <summary>Partitions that the cleaner has been at.</summary>
    public HashSet<TopicPartition> CompactedPartitions => [.. Offsets(OffsetCheckpointFile.CleanerName).Keys];

    /// <summary>Names of the four checkpoints.</summary>
    public static IReadOnlyList<string> CheckpointNames { get; } =
        [OffsetCheckpointFile.RecoveryPointName, OffsetCheckpointFile.LogStartName, OffsetCheckpointFile.HighWatermarkName, OffsetCheckpointFile.CleanerName];

    /// <summary>Reads the directory and its small files.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="sink">Gets what is wrong with them.</param>
    /// <exception cref="IOException">The directory cannot be read.</exception>
    public static DataDirectory Read(string path, FindingSink sink)
    {
        var directory = new DataDirectory(path) { IsClean = File.Exists(Path.Combine(path, CleanShutdownFile.Name)) };
        directory.ReadIdentity(sink);
        foreach (string name in CheckpointNames)
        {
            directory.ReadCheckpoint(name, sink);
        }

        foreach (string child in Directory.GetDirectories(path).Order(StringComparer.Ordinal))
        {
            directory.Sort(child, sink);
        }

        directory.Partitions.Sort(static (left, right) =>
        {
            int byTopic = string.CompareOrdinal(left.TopicPartition.Topic, right.TopicPartition.Topic);
            return byTopic != 0 ? byTopic : left.TopicPartition.Partition.CompareTo(right.TopicPartition.Partition);
        });
        foreach (string file in Directory.GetFiles(path, "*.tmp"))
        {
            sink.Add(FindingKind.LeftoverFile, FindingSeverity.Note, file, null, null, $"{ReadOnlyFile.LengthOf(file)} bytes");
        }

        return directory;
    }

    /// <summary>Entries of a checkpoint; none if it cannot be read.</summary>
    public Dictionary<TopicPartition, long> Offsets(string checkpointName) => _checkpoints.GetValueOrDefault(checkpointName) ?? [];

    /// <summary>Compares the checkpoints with the end of a log.</summary>
    public void CheckOffsets(TopicPartition topicPartition, long logEndOffset, FindingSink sink)
    {
        foreach (string name in CheckpointNames)
        {
            if (Offsets(name).TryGetValue(topicPartition, out long offset) && (offset > logEndOffset || offset < 0))
            {
                bool areRecordsGone = offset >= 0 && name != OffsetCheckpointFile.CleanerName;
                sink.Add(
                    FindingKind.CheckpointBeyondEnd, areRecordsGone ? FindingSeverity.Damage : FindingSeverity.Repairable,
                    Path.Combine(_path, name), null, offset, $"it gives {topicPartition} the offset {offset}; the log ends before {logEndOffset}");
            }
        }
    }

    /// <summary>Tells of entries for partitions that are not there.</summary>
    public void CheckStrangers(FindingSink sink)
    {
        HashSet<TopicPartition> known = [.. Partitions.Select(static partition => partition.TopicPartition)];
        foreach (string name in CheckpointNames)
        {
            foreach (TopicPartition topicPartition in Offsets(name).Keys)
            {
                if (!known.Contains(topicPartition))
                {
                    sink.Add(
                        FindingKind.CheckpointStranger, FindingSeverity.Note, Path.Combine(_path, name), null, null,
                        $"it names {topicPartition}, which has no directory here");
                }
            }
        }
    }

    private void ReadIdentity(FindingSink sink)
    {
        string path = Path.Combine(_path, MetaProperties.FileName);
        try
        {
            MetaProperties.Read(_path);
        }
        catch (InvalidDataException exception)
        {
            sink.Add(FindingKind.IdentityUnreadable, FindingSeverity.Repairable, path, null, null, exception.Message);
        }
        catch (Exception exception) when (DiskErrors.IsStorageError(exception))
        {
            sink.Add(FindingKind.FileUnreadable, FindingSeverity.Damage, path, null, null, exception.Message);
        }
    }

    private void ReadCheckpoint(string name, FindingSink sink)
    {
        string path = Path.Combine(_path, name);
        try
        {
            _checkpoints[name] = OffsetCheckpointFile.Read(path);
        }
        catch (InvalidDataException exception)
        {
            sink.Add(FindingKind.CheckpointUnreadable, FindingSeverity.Repairable, path, null, null, exception.Message);
        }
        catch (Exception exception) when (DiskErrors.IsStorageError(exception))
        {
            sink.Add(FindingKind.FileUnreadable, FindingSeverity.Damage, path, null, null, exception.Message);
        }
    }

    private void Sort(string child, FindingSink sink)
    {
        string name = Path.GetFileName(child);
        if (DirectoriesOfOthers.Contains(name))
        {
            OtherDirectories.Add(child);
            return;
        }

        if (!PartitionDirectoryName.TryParse(name, out TopicPartition topicPartition, out PartitionDirectoryKind kind))
        {
            OtherDirectories.Add(child);
            sink.Add(FindingKind.StrangeDirectory, FindingSeverity.Repairable, child, null, null, "it is not named like a partition");
        }
        else if (kind == PartitionDirectoryKind.Live)
        {
            Partitions.Add((topicPartition, child));
        }
        else
        {
            OtherDirectories.Add(child);
            sink.Add(FindingKind.LeftoverDirectory, FindingSeverity.Note, child, null, null, kind switch
            {
                PartitionDirectoryKind.Delete => "it belongs to a deleted partition",
                PartitionDirectoryKind.Future => "it is a copy that was being made in this log directory",
                _ => "it was set aside because the cluster did not know of it",
            });
        }
    }
}
