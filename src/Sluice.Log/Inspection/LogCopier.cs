using Sluice.Log.Checkpoints;
using Sluice.Log.Storage;
using Sluice.Protocol;

namespace Sluice.Log.Inspection;

/// <summary>Makes a new log directory, or a new partition, with every sound batch of a damaged one.</summary>
/// <remarks>
/// Batches keep their bytes, and their offsets: what is left out becomes a gap. Indexes, epochs, producer snapshots and checkpoints are made
/// from the batches; files that are no logs are copied as they are. The source is only read.
/// </remarks>
/// <param name="limits">What may be held in memory.</param>
/// <param name="progress">Hears of every batch.</param>
/// <param name="done">Gets what became of every partition; on the thread that copies.</param>
public sealed class LogCopier(InspectionLimits limits, InspectionProgress progress, Action<CopiedPartition> done)
{
    private readonly FileIo _io = FileIo.Instance;

    /// <summary>Copies a log directory, a partition, or one segment as a partition.</summary>
    /// <param name="from">What to copy.</param>
    /// <param name="toPath">A directory that does not exist or is empty, outside of <paramref name="from"/>.</param>
    /// <param name="cancellationToken">Gives up between batches, and leaves a copy that is not finished.</param>
    /// <exception cref="ArgumentException"><paramref name="from"/> is no log, or <paramref name="toPath"/> is not free.</exception>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    /// <exception cref="OperationCanceledException">Somebody gave up.</exception>
    public void Copy(InspectedPath from, string toPath, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentException.ThrowIfNullOrEmpty(toPath);
        string to = Path.TrimEndingDirectorySeparator(Path.GetFullPath(toPath));
        ThrowIfTaken(from, to);
        Directory.CreateDirectory(to);
        switch (from.Kind)
        {
            case InspectedPathKind.DataDirectory:
                CopyDirectory(from.FullPath, to, cancellationToken);
                break;
            case InspectedPathKind.PartitionDirectory:
                progress.AddTotal(PartitionContents.LogBytesOf(from.FullPath));
                CopyPartition(from.FullPath, to, IsClean(Path.GetDirectoryName(from.FullPath)), null, ReadTopicId(from.FullPath) ?? Uuid.Zero, cancellationToken);
                break;
            case InspectedPathKind.Segment:
                string partition = Path.GetDirectoryName(from.FullPath)!;
                progress.AddTotal(ReadOnlyFile.LengthOf(from.FullPath));
                CopyPartition(partition, to, IsClean(Path.GetDirectoryName(partition)), from.BaseOffset, ReadTopicId(partition) ?? Uuid.Zero, cancellationToken);
                break;
            default:
                throw new ArgumentException($"{from.FullPath} is neither a log directory, nor a partition, nor a segment", nameof(from));
        }

        if (Path.GetDirectoryName(to) is { } parent)
        {
            _io.SyncDirectory(parent);
        }
    }

    private static void ThrowIfTaken(InspectedPath from, string to)
    {
        if (File.Exists(to) || (Directory.Exists(to) && Directory.EnumerateFileSystemEntries(to).Any()))
        {
            throw new ArgumentException($"{to} is not empty: the copy wants a directory that is empty or does not exist");
        }

        if (to == from.FullPath || to.StartsWith(from.FullPath + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            throw new ArgumentException($"{to} lies inside of what is to be copied");
        }
    }

    private static bool IsClean(string? logDirectory) => logDirectory is not null && File.Exists(Path.Combine(logDirectory, CleanShutdownFile.Name));

    private void CopyDirectory(string from, string to, CancellationToken cancellationToken)
    {
        using var directoryLock = LogDirectoryLock.Take(to);
        DataDirectory contents = DataDirectory.Read(from, new FindingSink(static _ => { }));
        progress.AddTotal(contents.Partitions.Sum(static partition => PartitionContents.LogBytesOf(partition.Path)));
        Dictionary<string, Uuid> topicIds = ReadTopicIds(contents);
        var ends = new Dictionary<TopicPartition, long>();
        foreach ((TopicPartition topicPartition, string path) in contents.Partitions)
        {
            string name = Path.GetFileName(path);
            if (name == DataDirectory.MetadataLogName)
            {
                // Its snapshots and its quorum's state belong to it, and mean nothing beside a changed log.
                CopyTree(path, Path.Combine(to, name));
                continue;
            }

            Uuid topicId = ReadTopicId(path) ?? topicIds.GetValueOrDefault(topicPartition.Topic);
            ends[topicPartition] = CopyPartition(path, Path.Combine(to, name), contents.IsClean, null, topicId, cancellationToken).NextOffset;
        }

        foreach (string file in Directory.GetFiles(from).Where(static file => IsCopiedAsItIs(Path.GetFileName(file))))
        {
            CopyFile(file, Path.Combine(to, Path.GetFileName(file)));
        }

        WriteCheckpoints(contents, to, ends);
        _io.SyncDirectory(to);
        string marker = Path.Combine(from, CleanShutdownFile.Name);
        CleanShutdownFile.Write(_io, to, File.Exists(marker) ? CleanShutdownFile.ParseBrokerEpoch(ReadOnlyFile.ReadAll(marker)) : -1);
    }

    private CopiedPartition CopyPartition(
        string from, string to, bool isClean, long? onlyBaseOffset, Uuid topicId, CancellationToken cancellationToken)
    {
        CopiedPartition copied = new PartitionCopier(_io, from, to, isClean, limits, progress).Copy(topicId, onlyBaseOffset, cancellationToken);
        done(copied);
        return copied;
    }

    private static bool IsCopiedAsItIs(string name) =>
        name is not (LogDirectoryLock.FileName or CleanShutdownFile.Name)
        && !DataDirectory.CheckpointNames.Contains(name)
        && !name.EndsWith(".tmp", StringComparison.Ordinal);

    // What the old checkpoints say counts as far as the new logs reach.
    private void WriteCheckpoints(DataDirectory contents, string to, Dictionary<TopicPartition, long> ends)
    {
        OffsetCheckpointFile.Write(_io, Path.Combine(to, OffsetCheckpointFile.RecoveryPointName), ends);
        foreach (string name in DataDirectory.CheckpointNames.Where(static name => name != OffsetCheckpointFile.RecoveryPointName))
        {
            Dictionary<TopicPartition, long> offsets = [];
            foreach ((TopicPartition topicPartition, long offset) in contents.Offsets(name))
            {
                if (ends.TryGetValue(topicPartition, out long end))
                {
                    offsets[topicPartition] = Math.Clamp(offset, 0, end);
                }
            }

            OffsetCheckpointFile.Write(_io, Path.Combine(to, name), offsets);
        }
    }

    // The partitions of a topic share its id, so one that can be read serves for those that cannot.
    private static Dictionary<string, Uuid> ReadTopicIds(DataDirectory contents)
    {
        var topicIds = new Dictionary<string, Uuid>();
        foreach ((TopicPartition topicPartition, string path) in contents.Partitions)
        {
            if (ReadTopicId(path) is { } topicId)
            {
                topicIds.TryAdd(topicPartition.Topic, topicId);
            }
        }

        return topicIds;
    }

    private static Uuid? ReadTopicId(string partitionPath)
    {
        try
        {
            return PartitionMetadataFile.Read(Path.Combine(partitionPath, PartitionMetadataFile.Name));
        }
        catch (InvalidDataException)
        {
            return null; // The copy gets the id of another partition of the topic, or none.
        }
    }

    private void CopyTree(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string file in Directory.GetFiles(from))
        {
            CopyFile(file, Path.Combine(to, Path.GetFileName(file)));
        }

        _io.SyncDirectory(to);
    }

    private void CopyFile(string from, string to)
    {
        File.Copy(from, to);
        using Microsoft.Win32.SafeHandles.SafeFileHandle file = _io.Open(to);
        _io.Sync(file);
    }
}
