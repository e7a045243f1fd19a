using Sluice.Log;
using Sluice.Metadata;
using Sluice.Metadata.Configs;
using Sluice.Metadata.Kafka;

namespace Sluice.Broker.Takeover;

/// <summary>Tells whether data directories are an Apache Kafka's, and finds the metadata that belongs to them.</summary>
internal static class KafkaDirectory
{
    /// <summary>Looks for Kafka's metadata of a broker's data directories.</summary>
    /// <param name="dataDirectories">Full paths, at least one; all exist. The first is the one that Sluice keeps its metadata in.</param>
    /// <param name="options">Where to look; what to override.</param>
    /// <param name="given">Settings that may name <c>metadata.log.dir</c>.</param>
    /// <returns>Full path of the folder with the metadata log; null if there is nothing to take over: the directories are Sluice's, or empty.</returns>
    /// <exception cref="KafkaTakeoverException">There are partitions, and the metadata that belongs to them is not where it can be used.</exception>
    /// <exception cref="InvalidDataException"><c>meta.properties</c> is of an unknown version.</exception>
    internal static string? FindMetadata(IReadOnlyList<string> dataDirectories, KafkaTakeoverOptions options, BrokerSettings given)
    {
        // Whatever else is there: what was taken over once is ours, and Kafka's metadata is history.
        if (LocalMetadataStore.IsIn(dataDirectories[0])) return null;
        if (dataDirectories.FirstOrDefault(LocalMetadataStore.IsIn) is { } own) throw new KafkaTakeoverException($"{own} holds Sluice's metadata; name it first in log.dirs");
        if (options.MetadataDirectory is { } named)
        {
            return FolderIn(named)
                ?? throw new KafkaTakeoverException($"there is no {KafkaMetadataReader.FolderName} in {Path.GetFullPath(named)}; --kafka-metadata wants Kafka's metadata.log.dir");
        }
        string? configured = given.GetString(BrokerConfigKeys.MetadataLogDir);
        string? found = (configured is null ? null : FolderIn(configured)) ?? dataDirectories.Select(FolderIn).FirstOrDefault(static folder => folder is not null);
        if (found is not null || options.Force) return found;
        if (dataDirectories.FirstOrDefault(static path => MetaProperties.Read(path) is not null && PartitionFolder.List(path, []).Count > 0) is not { } withPartitions) return null;

        // Without the settings of its topics, records would be deleted that should be kept for ever.
        throw new KafkaTakeoverException(IsZooKeeper(withPartitions)
            ? $"{withPartitions} belongs to a Kafka that keeps its metadata in ZooKeeper; migrate it to KRaft with Kafka 3.9 first"
            : $"{withPartitions} holds partitions, but no metadata: if that is Kafka's, name its metadata.log.dir with --kafka-metadata; --force makes topics of the folders, without their settings");
    }

    private static string? FolderIn(string directory)
    {
        string path = Path.GetFullPath(directory);
        if (Path.GetFileName(Path.TrimEndingDirectorySeparator(path)) == KafkaMetadataReader.FolderName && Directory.Exists(path)) return path;
        string folder = Path.Combine(path, KafkaMetadataReader.FolderName);
        return Directory.Exists(folder) ? folder : null;
    }

    private static bool IsZooKeeper(string dataDirectory) =>
        File.ReadLines(Path.Combine(dataDirectory, MetaProperties.FileName)).Any(static line => line.StartsWith("broker.id", StringComparison.Ordinal));
}
