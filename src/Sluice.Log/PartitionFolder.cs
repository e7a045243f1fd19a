using Sluice.Log.Checkpoints;

namespace Sluice.Log;

/// <summary>The directory of a partition in a log directory that is not open.</summary>
/// <param name="Path">Full path.</param>
/// <param name="TopicPartition">What its name says.</param>
/// <param name="TopicId">What its <c>partition.metadata</c> says; null if it has no such file.</param>
public sealed record PartitionFolder(string Path, TopicPartition TopicPartition, Protocol.Uuid? TopicId)
{
    /// <summary>Bytes of its log segments, without indexes, whose files are longer than what they hold.</summary>
    /// <exception cref="IOException">The disk refused.</exception>
    public long SizeBytes => new DirectoryInfo(Path).EnumerateFiles("*.log").Sum(static file => file.Length);

    /// <summary>Lists the partitions of a log directory that are in use: not those being removed, moved or set aside. Changes nothing.</summary>
    /// <param name="logDirectory">An existing directory.</param>
    /// <param name="strangers">Gets the paths of directories that are not named like a partition, with which no broker starts.</param>
    /// <returns>By topic and number.</returns>
    /// <exception cref="InvalidDataException">A <c>partition.metadata</c> is damaged.</exception>
    /// <exception cref="IOException">The disk refused.</exception>
    public static IReadOnlyList<PartitionFolder> List(string logDirectory, ICollection<string> strangers)
    {
        ArgumentNullException.ThrowIfNull(strangers);
        List<PartitionFolder> found = [];
        foreach (string path in Directory.EnumerateDirectories(logDirectory))
        {
            string name = System.IO.Path.GetFileName(path);
            if (LogManager.IsDirectoryOfOthers(name)) continue;
            if (!PartitionDirectoryName.TryParse(name, out TopicPartition topicPartition, out PartitionDirectoryKind kind))
            {
                strangers.Add(path);
            }
            else if (kind == PartitionDirectoryKind.Live)
            {
                found.Add(new PartitionFolder(path, topicPartition, PartitionMetadataFile.Read(System.IO.Path.Combine(path, PartitionMetadataFile.Name))));
            }
        }
        return [.. found.OrderBy(static folder => folder.TopicPartition.Topic, StringComparer.Ordinal).ThenBy(static folder => folder.TopicPartition.Partition)];
    }
}
