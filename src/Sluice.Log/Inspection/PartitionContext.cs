using Sluice.Log.Checkpoints;

namespace Sluice.Log.Inspection;

/// <summary>What a log directory says about one of its partitions.</summary>
/// <param name="IsClean">Whether the last shutdown was in order and no broker has started since.</param>
/// <param name="IsCompacted">Whether the log has been compacted, so that gaps between offsets are expected.</param>
internal readonly record struct PartitionContext(bool IsClean, bool IsCompacted)
{
    /// <summary>Finds out for a partition's directory that is looked at alone, by the files beside it.</summary>
    public static PartitionContext Of(string partitionPath)
    {
        string logDirectory = Path.GetDirectoryName(partitionPath) ?? partitionPath;
        bool isClean = File.Exists(Path.Combine(logDirectory, CleanShutdownFile.Name));
        bool isCompacted = false;
        if (PartitionDirectoryName.TryParse(Path.GetFileName(partitionPath), out TopicPartition topicPartition, out _))
        {
            try
            {
                isCompacted = OffsetCheckpointFile.Read(Path.Combine(logDirectory, OffsetCheckpointFile.CleanerName)).ContainsKey(topicPartition);
            }
            catch (Exception exception) when (exception is IOException or InvalidDataException)
            {
                isCompacted = false; // Who looks at the whole directory is told that the file cannot be read.
            }
        }

        return new PartitionContext(isClean, isCompacted);
    }
}
