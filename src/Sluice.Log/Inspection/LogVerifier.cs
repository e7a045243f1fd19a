using Sluice.Log.Checkpoints;
using Sluice.Log.Storage;
using Sluice.Protocol;

namespace Sluice.Log.Inspection;

/// <summary>Checks log directories, partitions and single files, Sluice's or Apache Kafka's, without changing anything.</summary>
/// <remarks>
/// Takes no lock: a running broker's directory can be checked, and what it has not finished is told as a note. One instance for one check,
/// which may be of several log directories of one broker; for one thread at a time.
/// </remarks>
public sealed class LogVerifier
{
    private readonly VerifierSettings _settings;
    private readonly Action<Finding> _report;
    private readonly Action<PartitionVerdict> _done;
    private readonly Dictionary<string, (Uuid TopicId, string Path)> _topicIds = [];

    /// <summary>Says how to check.</summary>
    /// <param name="limits">What may be held in memory.</param>
    /// <param name="checksRecords">Whether batches are decompressed and their records read, or only the checksums computed.</param>
    /// <param name="progress">Hears of every batch.</param>
    /// <param name="report">Gets every finding; on the thread that checks.</param>
    /// <param name="done">Gets the verdict on every partition; on the thread that checks.</param>
    public LogVerifier(
        InspectionLimits limits, bool checksRecords, InspectionProgress progress, Action<Finding> report, Action<PartitionVerdict> done)
    {
        _settings = new VerifierSettings(limits, checksRecords, progress);
        _report = report;
        _done = done;
    }

    /// <summary>Checks what a path leads to.</summary>
    /// <param name="path">A log directory, a partition's directory, or a file of either.</param>
    /// <param name="cancellationToken">Gives up between batches.</param>
    /// <exception cref="IOException">The directory cannot be read. Single files that cannot be read are findings.</exception>
    /// <exception cref="OperationCanceledException">Somebody gave up.</exception>
    public void Verify(InspectedPath path, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(path);
        switch (path.Kind)
        {
            case InspectedPathKind.DataDirectory:
                VerifyDirectory(path.FullPath, cancellationToken);
                break;
            case InspectedPathKind.PartitionDirectory:
                _settings.Progress.AddTotal(PartitionContents.LogBytesOf(path.FullPath));
                VerifyPartition(path.FullPath, PartitionContext.Of(path.FullPath), cancellationToken);
                break;
            case InspectedPathKind.Segment or InspectedPathKind.OffsetIndex or InspectedPathKind.TimeIndex or InspectedPathKind.TransactionIndex:
                VerifySegment(path, cancellationToken);
                break;
            default:
                VerifyFile(path);
                break;
        }
    }

    private void VerifyDirectory(string path, CancellationToken cancellationToken)
    {
        // First: on a running broker checkpoints rise, and so do the logs' ends.
        var directory = new FindingSink(_report);
        DataDirectory contents = DataDirectory.Read(path, directory);
        _settings.Progress.AddTotal(contents.Partitions.Sum(static partition => PartitionContents.LogBytesOf(partition.Path)));
        foreach ((TopicPartition topicPartition, string partitionPath) in contents.Partitions)
        {
            bool isCompacted = contents.CompactedPartitions.Contains(topicPartition);
            PartitionVerdict verdict = VerifyPartition(partitionPath, new PartitionContext(contents.IsClean, isCompacted), cancellationToken);
            contents.CheckOffsets(topicPartition, verdict.NextOffset, directory);
        }

        contents.CheckStrangers(directory);
        if (directory.DamageCount + directory.RepairableCount + directory.NotesCount > 0)
        {
            _done(Empty(Path.GetFileName(path), directory));
        }
    }

    private PartitionVerdict VerifyPartition(string path, PartitionContext context, CancellationToken cancellationToken)
    {
        var verifier = new PartitionVerifier(path, context, _settings, _report);
        string name = Path.GetFileName(path);
        PartitionVerdict verdict = verifier.Verify(null, name, cancellationToken);
        if (verifier.TopicId is { } topicId && PartitionDirectoryName.TryParse(name, out TopicPartition topicPartition, out _))
        {
            if (!_topicIds.TryAdd(topicPartition.Topic, (topicId, path)) && _topicIds[topicPartition.Topic].TopicId != topicId)
            {
                (Uuid otherId, string otherPath) = _topicIds[topicPartition.Topic];
                _report(new Finding(
                    FindingKind.TopicIdConflict, FindingSeverity.Damage, Path.Combine(path, PartitionMetadataFile.Name), null, null,
                    $"the topic id is {topicId}; {Path.GetFileName(otherPath)} has {otherId}"));
                verdict = verdict with { DamageCount = verdict.DamageCount + 1 };
            }
        }

        _done(verdict);
        return verdict;
    }

    private void VerifySegment(InspectedPath path, CancellationToken cancellationToken)
    {
        string directory = Path.GetDirectoryName(path.FullPath)!;
        _settings.Progress.AddTotal(path.Kind == InspectedPathKind.Segment ? ReadOnlyFile.LengthOf(path.FullPath) : 0);
        var verifier = new PartitionVerifier(directory, PartitionContext.Of(directory), _settings, _report);
        _done(verifier.Verify(path.BaseOffset, Path.GetFileName(path.FullPath), cancellationToken));
    }

    private void VerifyFile(InspectedPath path)
    {
        var sink = new FindingSink(_report);
        FindingKind kind = path.Kind switch
        {
            InspectedPathKind.LeaderEpochs => FindingKind.EpochsUnreadable,
            InspectedPathKind.OffsetCheckpoint => FindingKind.CheckpointUnreadable,
            InspectedPathKind.PartitionMetadata => FindingKind.TopicIdUnreadable,
            _ => FindingKind.IdentityUnreadable,
        };
        try
        {
            switch (path.Kind)
            {
                case InspectedPathKind.ProducerSnapshot:
                    SnapshotCheck.Check(path.FullPath, path.BaseOffset, long.MaxValue, isClean: true, sink);
                    break;
                case InspectedPathKind.LeaderEpochs:
                    _ = new LeaderEpochCheck(path.FullPath, sink, isClean: true);
                    break;
                case InspectedPathKind.OffsetCheckpoint:
                    OffsetCheckpointFile.Read(path.FullPath);
                    break;
                case InspectedPathKind.PartitionMetadata:
                    PartitionMetadataFile.Read(path.FullPath);
                    break;
                case InspectedPathKind.MetaProperties:
                    MetaProperties.Read(Path.GetDirectoryName(path.FullPath)!);
                    break;
                default:
                    break; // That the marker of a clean shutdown is there is all that it says.
            }
        }
        catch (InvalidDataException exception)
        {
            sink.Add(kind, FindingSeverity.Repairable, path.FullPath, null, null, exception.Message);
        }
        catch (Exception exception) when (DiskErrors.IsStorageError(exception))
        {
            sink.Add(FindingKind.FileUnreadable, FindingSeverity.Damage, path.FullPath, null, null, exception.Message);
        }

        _done(Empty(Path.GetFileName(path.FullPath), sink));
    }

    private static PartitionVerdict Empty(string name, FindingSink sink) =>
        new(name, 0, 0, 0, 0, -1, 0, 0, sink.DamageCount, sink.RepairableCount, sink.NotesCount);
}
