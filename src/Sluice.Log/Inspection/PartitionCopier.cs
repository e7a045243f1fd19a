using Sluice.Log.Checkpoints;
using Sluice.Log.Indexes;
using Sluice.Log.Producers;
using Sluice.Log.Segments;
using Sluice.Log.Storage;
using Sluice.Protocol;
using Sluice.Protocol.Records;

namespace Sluice.Log.Inspection;

/// <summary>Copies the sound batches of one partition into a new directory, and makes everything else there from them.</summary>
internal sealed class PartitionCopier
{
    private readonly IFileIo _io;
    private readonly string _fromPath;
    private readonly string _toPath;
    private readonly InspectionLimits _limits;
    private readonly InspectionProgress _progress;
    private readonly bool _isClean;
    private readonly LeaderEpochCache? _oldEpochs;
    private readonly LeaderEpochCache _newEpochs = new([]);
    private readonly ReplayedProducers _producers = new();
    private readonly CopyLosses _losses = new();
    private byte[] _patched = [];
    private long _nextOffset;
    private long _batchesCount;
    private long _recordsCount;
    private long _mendedCount;
    private long _bytes;
    private int _segmentsCount;

    public PartitionCopier(IFileIo io, string fromPath, string toPath, bool isClean, InspectionLimits limits, InspectionProgress progress)
    {
        _io = io;
        _fromPath = fromPath;
        _toPath = toPath;
        _isClean = isClean;
        _limits = limits;
        _progress = progress;
        _oldEpochs = ReadEpochs(Path.Combine(fromPath, LeaderEpochFile.Name));
    }

    /// <summary>Copies.</summary>
    /// <param name="topicId">Written into the copy; zero writes none.</param>
    /// <param name="onlyBaseOffset">Base offset of the only segment to copy; null for all.</param>
    /// <param name="cancellationToken">Gives up between batches, and leaves a copy that is not finished.</param>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    public CopiedPartition Copy(Uuid topicId, long? onlyBaseOffset, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(_toPath);
        List<SegmentPaths> segments = PartitionContents.Read(_fromPath).Segments;
        if (onlyBaseOffset is not null)
        {
            segments.RemoveAll(segment => segment.BaseOffset != onlyBaseOffset);
        }

        long firstOffset = segments.Count > 0 ? segments[0].BaseOffset : 0;
        _nextOffset = firstOffset;
        _producers.TryBegin(SegmentFiles.Path(_fromPath, firstOffset, SegmentFiles.SnapshotExtension), firstOffset);
        for (int index = 0; index < segments.Count; index++)
        {
            bool isLast = index == segments.Count - 1;
            CopySegment(segments[index], isLast ? long.MaxValue : segments[index + 1].BaseOffset, isLast && !_isClean, cancellationToken);
        }

        _losses.Finish();
        if (_segmentsCount == 0)
        {
            using var empty = new CopiedSegment(_io, _toPath, _nextOffset);
            empty.Finish();
            _segmentsCount = 1;
        }

        WriteSnapshot(_nextOffset);
        LeaderEpochFile.Write(_io, Path.Combine(_toPath, LeaderEpochFile.Name), _newEpochs.Entries, fsync: true);
        if (topicId != Uuid.Zero)
        {
            PartitionMetadataFile.Write(_io, Path.Combine(_toPath, PartitionMetadataFile.Name), topicId);
        }

        _io.SyncDirectory(_toPath);
        return new CopiedPartition(
            Path.GetFileName(_fromPath), _segmentsCount, _batchesCount, _recordsCount, _bytes, _losses.SkippedBytes, _mendedCount, _nextOffset,
            _losses.Ranges, _losses.RangesCount);
    }

    private void CopySegment(SegmentPaths segment, long nextSegmentOffset, bool isOpenEnded, CancellationToken cancellationToken)
    {
        using var walker = new BatchWalker(segment.LogPath, segment.BaseOffset, _limits);
        CopiedSegment? copy = null;
        try
        {
            while (walker.MoveNext())
            {
                cancellationToken.ThrowIfCancellationRequested();
                InspectedBatch batch = walker.Current;
                _progress.Add(batch.LengthBytes, batch.RecordsCount);
                bool isTail = isOpenEnded && batch.State is BatchState.CutOff or BatchState.Zeros;
                if (isTail)
                {
                    _losses.OnSkipped(_nextOffset, segment.LogPath, batch, reason: null);
                }
                else if (Refuse(walker, nextSegmentOffset) is { } reason)
                {
                    _losses.OnSkipped(_nextOffset, segment.LogPath, batch, reason);
                }
                else
                {
                    copy ??= Begin(segment.BaseOffset);
                    Write(copy, walker);
                }
            }

            if (copy is not null)
            {
                copy.Finish();
                _bytes += copy.SizeBytes;
                _segmentsCount++;
            }
        }
        finally
        {
            copy?.Dispose();
        }
    }

    private CopiedSegment Begin(long baseOffset)
    {
        if (_segmentsCount > 0)
        {
            WriteSnapshot(baseOffset);
        }

        return new CopiedSegment(_io, _toPath, baseOffset);
    }

    // What must not be in a log that a broker opens; null if the batch may.
    private string? Refuse(BatchWalker walker, long nextSegmentOffset)
    {
        InspectedBatch batch = walker.Current;
        if (batch is { IsSound: false, MendedBaseOffset: null })
        {
            return batch.State switch
            {
                BatchState.ChecksumMismatch => "the checksum of a batch does not match",
                BatchState.OffsetWrong => "a batch has offsets that cannot be",
                BatchState.CutOff => "a batch is cut off",
                _ => "bytes that are no batch",
            };
        }

        long baseOffset = batch.MendedBaseOffset ?? batch.BaseOffset;
        long lastOffset = baseOffset + (batch.LastOffset - batch.BaseOffset);
        if (lastOffset >= nextSegmentOffset || lastOffset < _nextOffset)
        {
            return "a batch has offsets of another segment";
        }

        RecordsVerdict verdict = walker.CheckRecords();
        return verdict.State is RecordsState.Unreadable or RecordsState.Inconsistent ? verdict.Detail : null;
    }

    private void Write(CopiedSegment copy, BatchWalker walker)
    {
        ReadOnlySpan<byte> bytes = Mend(walker.Current, walker.ReadCurrent());
        if (bytes.IsEmpty)
        {
            return; // The source was cut meanwhile.
        }

        BatchHeader header = BatchHeader.Read(bytes);
        _losses.OnWritten(header.BaseOffset);
        copy.Write(bytes, header);
        if (_producers.Update(bytes) is { } aborted)
        {
            copy.AddAborted(aborted);
        }

        if (header.LeaderEpoch > _newEpochs.LatestEpoch)
        {
            _newEpochs.Assign(header.LeaderEpoch, header.BaseOffset);
        }

        _nextOffset = header.NextOffset;
        _batchesCount++;
        _recordsCount += header.IsControl ? 0 : header.RecordsCount;
    }

    // Base offset and leader epoch are not covered by the checksum; the neighbours and the epochs' checkpoint tell what they were.
    private ReadOnlySpan<byte> Mend(in InspectedBatch batch, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty || batch.Magic != RecordBatchFormat.CurrentMagic)
        {
            return bytes;
        }

        long baseOffset = batch.MendedBaseOffset ?? batch.BaseOffset;
        int leaderEpoch = batch.LeaderEpoch == RecordBatchFormat.NoLeaderEpoch ? batch.LeaderEpoch : EpochFor(baseOffset, batch.LeaderEpoch);
        if (baseOffset == batch.BaseOffset && leaderEpoch == batch.LeaderEpoch)
        {
            return bytes;
        }

        if (_patched.Length < bytes.Length)
        {
            _patched = new byte[bytes.Length];
        }

        Span<byte> patched = _patched.AsSpan(0, bytes.Length);
        bytes.CopyTo(patched);
        RecordBatchPatch.AssignOffsets(patched, baseOffset, leaderEpoch);
        _mendedCount++;
        return patched;
    }

    private int EpochFor(long baseOffset, int claimedEpoch)
    {
        int known = _oldEpochs?.EpochFor(baseOffset) ?? RecordBatchFormat.NoLeaderEpoch;

        // An epoch above the checkpoint's last may have begun just before a crash.
        bool isNewer = !_isClean && _oldEpochs is not null && known == _oldEpochs.LatestEpoch && claimedEpoch > known;
        return Math.Max(known >= 0 && !isNewer ? known : claimedEpoch, _newEpochs.LatestEpoch);
    }

    private void WriteSnapshot(long offset) => AtomicFile.Replace(
        _io, SegmentFiles.Path(_toPath, offset, SegmentFiles.SnapshotExtension), ProducerSnapshot.Encode(_producers.Producers), fsync: true, callerSyncsDirectory: true);

    private static LeaderEpochCache? ReadEpochs(string path)
    {
        try
        {
            List<EpochEntry> entries = LeaderEpochFile.Read(path);
            bool isAscending = entries.Zip(entries.Skip(1)).All(static pair => pair.First.Epoch < pair.Second.Epoch && pair.First.StartOffset < pair.Second.StartOffset);
            return entries.Count > 0 && isAscending ? new LeaderEpochCache(entries) : null;
        }
        catch (InvalidDataException)
        {
            return null; // Then the batches are all that is known of the epochs.
        }
    }
}
