using System.Globalization;
using Sluice.Log.Storage;

namespace Sluice.Log.Checkpoints;

/// <summary>A checkpoint of one offset per partition, as a log directory holds them: lines of <c>topic partition offset</c>.</summary>
internal static class OffsetCheckpointFile
{
    /// <summary>Everything below the offset is on the device.</summary>
    public const string RecoveryPointName = "recovery-point-offset-checkpoint";

    /// <summary>Log start offsets that lie above the first segment's base offset.</summary>
    public const string LogStartName = "log-start-offset-checkpoint";

    /// <summary>High watermarks.</summary>
    public const string HighWatermarkName = "replication-offset-checkpoint";

    /// <summary>Offsets below which logs are compacted.</summary>
    public const string CleanerName = "cleaner-offset-checkpoint";

    /// <summary>Reads a checkpoint; a missing file has no entries.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Dictionary<TopicPartition, long> Read(string path)
    {
        var offsets = new Dictionary<TopicPartition, long>();
        if (!File.Exists(path))
        {
            return offsets;
        }

        foreach (string[] fields in CheckpointText.Parse(path, File.ReadAllBytes(path), fieldsCount: 3))
        {
            long partition = CheckpointText.ParseInt64(path, fields[1]);
            if (partition is < 0 or > int.MaxValue)
            {
                throw new InvalidDataException($"Checkpoint {path} has the partition number '{fields[1]}'.");
            }

            offsets[new TopicPartition(fields[0], (int)partition)] = CheckpointText.ParseInt64(path, fields[2]);
        }

        return offsets;
    }

    /// <summary>Replaces a checkpoint.</summary>
    public static void Write(IFileIo io, string path, IReadOnlyCollection<KeyValuePair<TopicPartition, long>> offsets) =>
        AtomicFile.Replace(io, path, CheckpointText.Format(offsets, FormatEntry), fsync: true);

    private static string FormatEntry(KeyValuePair<TopicPartition, long> entry) =>
        string.Create(CultureInfo.InvariantCulture, $"{entry.Key.Topic} {entry.Key.Partition} {entry.Value}");
}
