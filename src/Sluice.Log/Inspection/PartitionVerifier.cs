using Sluice.Log.Checkpoints;
using Sluice.Log.Producers;
using Sluice.Log.Storage;
using Sluice.Protocol;

namespace Sluice.Log.Inspection;

/// <summary>Checks the directory of one partition.</summary>
internal sealed class PartitionVerifier(string path, PartitionContext context, VerifierSettings settings, Action<Finding> report)
{
    private readonly FindingSink _sink = new(report);

    /// <summary>The topic id that the directory names; null if it names none that can be read.</summary>
    public Uuid? TopicId { get; private set; }

    /// <summary>Checks everything, or one segment with its indexes.</summary>
    /// <param name="onlyBaseOffset">Base offset of the only segment to look at; null for all, and for what belongs to the partition as a whole.</param>
    /// <param name="name">Stands in the verdict.</param>
    /// <param name="cancellationToken">Gives up between batches.</param>
    public PartitionVerdict Verify(long? onlyBaseOffset, string name, CancellationToken cancellationToken)
    {
        var epochs = new LeaderEpochCheck(Path.Combine(path, LeaderEpochFile.Name), _sink, context.IsClean);
        var tally = new PartitionTally(_sink, epochs);
        PartitionContents? read = null;
        Guard(path, () => read = PartitionContents.Read(path));
        if (read is not { } contents)
        {
            return Verdict(name, tally);
        }

        for (int index = 0; index < contents.Segments.Count; index++)
        {
            SegmentPaths segment = contents.Segments[index];
            if (onlyBaseOffset is null || onlyBaseOffset == segment.BaseOffset)
            {
                bool isLast = index == contents.Segments.Count - 1;
                var role = new SegmentRole(isLast ? long.MaxValue : contents.Segments[index + 1].BaseOffset, isLast && !context.IsClean, context.IsCompacted);
                tally.NextOffset = Math.Max(tally.NextOffset, segment.BaseOffset);
                Guard(segment.LogPath, () =>
                {
                    using var verifier = new SegmentVerifier(segment, role, tally, settings);
                    verifier.Verify(cancellationToken);
                });
            }
        }

        if (onlyBaseOffset is null)
        {
            epochs.Finish(tally.NextOffset);
            CheckSnapshots(contents, tally.NextOffset);
            CheckTopicId();
            foreach (string leftover in contents.Leftovers)
            {
                _sink.Add(FindingKind.LeftoverFile, FindingSeverity.Note, leftover, null, null, $"{ReadOnlyFile.LengthOf(leftover)} bytes");
            }
        }

        return Verdict(name, tally);
    }

    private PartitionVerdict Verdict(string name, PartitionTally tally) => new(
        name, tally.SegmentsCount, tally.Bytes, tally.BatchesCount, tally.RecordsCount, tally.FirstOffset, tally.NextOffset, tally.DamagedBytes,
        _sink.DamageCount, _sink.RepairableCount, _sink.NotesCount);

    private void CheckSnapshots(PartitionContents contents, long logEndOffset)
    {
        foreach ((long offset, string snapshotPath) in contents.Snapshots)
        {
            Guard(snapshotPath, () => SnapshotCheck.Check(snapshotPath, offset, logEndOffset, context.IsClean, _sink));
        }
    }

    private void CheckTopicId()
    {
        string metadataPath = Path.Combine(path, PartitionMetadataFile.Name);
        Guard(metadataPath, () =>
        {
            try
            {
                TopicId = PartitionMetadataFile.Read(metadataPath);
            }
            catch (InvalidDataException exception)
            {
                _sink.Add(FindingKind.TopicIdUnreadable, FindingSeverity.Repairable, metadataPath, null, null, exception.Message);
            }
        });
    }

    // One file that cannot be read must not hide what is in the others.
    private void Guard(string file, Action check)
    {
        try
        {
            check();
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException && !context.IsClean)
        {
            _sink.Add(FindingKind.FileVanished, FindingSeverity.Note, file, null, null, "the file went away");
        }
        catch (Exception exception) when (DiskErrors.IsStorageError(exception) || exception is InvalidDataException)
        {
            _sink.Add(FindingKind.FileUnreadable, FindingSeverity.Damage, file, null, null, exception.Message);
        }
    }
}
