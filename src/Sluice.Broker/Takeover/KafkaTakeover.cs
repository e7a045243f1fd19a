using Sluice.Log;
using Sluice.Metadata;
using Sluice.Metadata.Configs;
using Sluice.Metadata.Kafka;

namespace Sluice.Broker.Takeover;

/// <summary>Takes over the data directory of an Apache Kafka that is stopped: looks first, and refuses before anything is changed.</summary>
public static class KafkaTakeover
{
    /// <summary>Says what would come over, and what would not. Changes nothing, and can run beside Kafka.</summary>
    /// <param name="dataDirectories">Kafka's <c>log.dirs</c>, at least one.</param>
    /// <param name="options">Where the metadata is.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="KafkaTakeoverException">There is nothing that could be looked at; one line says why.</exception>
    public static KafkaInspection Inspect(IReadOnlyList<string> dataDirectories, KafkaTakeoverOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(dataDirectories);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfZero(dataDirectories.Count);
        string[] paths = [.. dataDirectories.Select(DataDirectories.FullPath).Distinct()];
        if (paths.FirstOrDefault(static path => !Directory.Exists(path)) is { } missing) throw new KafkaTakeoverException($"there is no directory {missing}");
        if (paths.FirstOrDefault(LocalMetadataStore.IsIn) is { } own) throw new KafkaTakeoverException($"{own} is Sluice's already: serve it with: sluice serve --data {own}");
        return Guard(paths, () =>
        {
            string metadataDirectory = KafkaDirectory.FindMetadata(paths, options, BrokerSettings.Default)
                ?? throw new KafkaTakeoverException($"there is no {KafkaMetadataReader.FolderName} in {string.Join(", ", paths)}; name Kafka's metadata.log.dir with --kafka-metadata");
            KafkaInspection inspection = KafkaInspector.Inspect(paths, metadataDirectory, cancellationToken);
            KafkaFinding[] inUse = [.. paths.Where(IsInUse).Select(static path => new KafkaFinding(KafkaFindingKind.Refusal, $"another process uses {path}; stop Kafka first"))];
            return inspection with { Findings = [.. inUse, .. inspection.Findings] };
        });
    }

    /// <summary>Plans a takeover where there is one to do.</summary>
    /// <param name="dataDirectories">Full paths, as <see cref="DataDirectories.FullPath"/> spells them; their locks are held by the caller.</param>
    /// <param name="options">Where the metadata is; what to override.</param>
    /// <param name="given">The broker's settings.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null if the directories are not Kafka's. Otherwise there is no hindrance.</returns>
    /// <exception cref="KafkaTakeoverException">There is a hindrance; one line says which and what to do.</exception>
    internal static KafkaInspection? Plan(IReadOnlyList<string> dataDirectories, KafkaTakeoverOptions options, BrokerSettings given, CancellationToken cancellationToken) =>
        Guard(dataDirectories, () =>
        {
            if (KafkaDirectory.FindMetadata(dataDirectories, options, given) is not { } metadataDirectory) return null;
            using LogDirectoryLock? metadataLock = LockMetadata(dataDirectories, metadataDirectory);
            KafkaInspection inspection = KafkaInspector.Inspect(dataDirectories, metadataDirectory, cancellationToken);
            if (inspection.FindHindrance(options.Force) is not { } hindrance) return inspection;
            string force = hindrance.Kind == KafkaFindingKind.Overridable ? " (--force)" : "";
            throw new KafkaTakeoverException(
                $"cannot take over {string.Join(", ", dataDirectories)}: {hindrance.Message}{force}; everything there is to know: sluice kafka inspect {string.Join(' ', dataDirectories)}");
        });

    // The metadata log directory is a log directory like the others, with a lock of its own.
    private static LogDirectoryLock? LockMetadata(IReadOnlyList<string> dataDirectories, string metadataDirectory)
    {
        string parent = Path.GetDirectoryName(metadataDirectory)!;
        return dataDirectories.Contains(parent) || !File.Exists(Path.Combine(parent, LogDirectoryLock.FileName)) ? null : LogDirectoryLock.Take(parent);
    }

    private static bool IsInUse(string dataDirectory)
    {
        // Taking the lock would make the file, and this must change nothing. A Kafka that runs has made it.
        if (!File.Exists(Path.Combine(dataDirectory, LogDirectoryLock.FileName))) return false;
        try
        {
            LogDirectoryLock.Take(dataDirectory).Dispose();
            return false;
        }
        catch (LogDirectoryLockedException)
        {
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            // Not this user's to lock; serve will say so.
            return false;
        }
    }

    private static T Guard<T>(IReadOnlyList<string> dataDirectories, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (LogDirectoryLockedException failure)
        {
            throw new KafkaTakeoverException($"{failure.Message.TrimEnd('.')}; stop Kafka first", failure);
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new KafkaTakeoverException($"cannot take over {string.Join(", ", dataDirectories)}: {failure.Message.TrimEnd('.')}", failure);
        }
    }
}
