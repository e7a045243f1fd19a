using Sluice.Log.Producers;
using Sluice.Log.Segments;
using Sluice.Protocol.Records;

namespace Sluice.Log.Inspection;

/// <summary>Checks one segment: every batch, its records, and the three indexes against the batches, in one pass over the file.</summary>
internal sealed class SegmentVerifier : IDisposable
{
    private readonly SegmentPaths _segment;
    private readonly SegmentRole _role;
    private readonly PartitionTally _tally;
    private readonly VerifierSettings _settings;
    private readonly IndexCheckContext _indexContext;
    private OffsetIndexCheck? _offsetIndex;
    private TimeIndexCheck? _timeIndex;
    private TransactionIndexCheck? _transactionIndex;
    private bool _afterDamage;

    public SegmentVerifier(SegmentPaths segment, SegmentRole role, PartitionTally tally, VerifierSettings settings)
    {
        _segment = segment;
        _role = role;
        _tally = tally;
        _settings = settings;
        _indexContext = new IndexCheckContext(segment.BaseOffset, tally.Sink, role.IsOpenEnded);
    }

    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="OperationCanceledException">Somebody gave up.</exception>
    public void Verify(CancellationToken cancellationToken)
    {
        using var walker = new BatchWalker(_segment.LogPath, _segment.BaseOffset, _settings.Limits);
        OpenIndexes(walker.FileBytes);
        _tally.SegmentsCount++;
        _tally.Bytes += walker.FileBytes;
        while (walker.MoveNext())
        {
            cancellationToken.ThrowIfCancellationRequested();
            _settings.Progress.Add(walker.Current.LengthBytes, walker.Current.HasHeader && walker.Current.IsSound ? walker.Current.RecordsCount : 0);
            if (walker.Current.IsSound)
            {
                OnBatch(walker);
            }
            else
            {
                OnDamage(walker);
            }
        }

        _offsetIndex?.Finish(EndOfWhole(walker));
        _timeIndex?.Finish(walker.NextOffset);
        _transactionIndex?.Finish();
        _tally.NextOffset = Math.Max(_tally.NextOffset, walker.NextOffset);
    }

    public void Dispose()
    {
        _offsetIndex?.Dispose();
        _timeIndex?.Dispose();
        _transactionIndex?.Dispose();
    }

    // A tail that is no batch is behind the log's end.
    private static long EndOfWhole(BatchWalker walker) =>
        walker.Current.State is BatchState.CutOff or BatchState.Zeros ? walker.Current.PositionBytes : walker.FileBytes;

    private void OpenIndexes(long logBytes)
    {
        if (File.Exists(_segment.OffsetIndexPath))
        {
            _offsetIndex = new OffsetIndexCheck(_segment.OffsetIndexPath, _indexContext);
        }
        else if (logBytes > 0)
        {
            ReportMissing(_segment.OffsetIndexPath);
        }

        if (File.Exists(_segment.TimeIndexPath))
        {
            _timeIndex = new TimeIndexCheck(_segment.TimeIndexPath, _indexContext);
        }
        else if (logBytes > 0)
        {
            ReportMissing(_segment.TimeIndexPath);
        }

        _transactionIndex = new TransactionIndexCheck(_segment.TransactionIndexPath, _indexContext);
    }

    private void ReportMissing(string path) => _tally.Sink.Add(
        FindingKind.IndexMissing, _role.IsOpenEnded ? FindingSeverity.Note : FindingSeverity.Repairable, path, null, _segment.BaseOffset, "the file is missing");

    private void OnBatch(BatchWalker walker)
    {
        InspectedBatch batch = walker.Current;
        CheckGap(batch);
        _afterDamage = false;
        if (batch.LastOffset >= _role.NextSegmentOffset)
        {
            _tally.Sink.Add(
                FindingKind.BatchBeyondSegment, FindingSeverity.Damage, _segment.LogPath, batch.PositionBytes, batch.BaseOffset,
                $"the batch ends with offset {batch.LastOffset}; the next segment begins with {_role.NextSegmentOffset}");
        }

        if (_settings.ChecksRecords)
        {
            CheckRecords(walker, batch);
        }

        _tally.Epochs.OnBatch(_segment.LogPath, batch);
        _offsetIndex?.OnBatch(batch);
        _timeIndex?.OnBatch(batch);
        ControlMarker marker = batch.IsControl && batch.LengthBytes <= ControlBatchReader.BytesMax
            ? ControlBatchReader.Read(walker.ReadCurrent())
            : ControlMarker.None;
        _transactionIndex?.OnBatch(batch, marker, _tally.Transactions.OnBatch(batch, marker));
        _tally.Add(batch);
    }

    // Compaction leaves gaps; elsewhere one may be the only trace of a base offset that was changed.
    private void CheckGap(in InspectedBatch batch)
    {
        long expectedOffset = Math.Max(_tally.NextOffset, _segment.BaseOffset);
        if (batch.Magic == RecordBatchFormat.CurrentMagic && batch.BaseOffset > expectedOffset && !_afterDamage && !_role.IsCompacted)
        {
            _tally.Sink.Add(
                FindingKind.OffsetGap, FindingSeverity.Note, _segment.LogPath, batch.PositionBytes, expectedOffset,
                $"the offsets {expectedOffset} to {batch.BaseOffset - 1} are missing");
        }
    }

    private void CheckRecords(BatchWalker walker, in InspectedBatch batch)
    {
        RecordsVerdict verdict = walker.CheckRecords();
        (FindingKind kind, FindingSeverity severity) = verdict.State switch
        {
            RecordsState.Unreadable => (FindingKind.RecordsUnreadable, FindingSeverity.Damage),
            RecordsState.Inconsistent => (FindingKind.RecordsInconsistent, FindingSeverity.Damage),
            _ => (FindingKind.RecordsNotRead, FindingSeverity.Note),
        };
        if (verdict.State != RecordsState.Sound)
        {
            _tally.Sink.Add(kind, severity, _segment.LogPath, batch.PositionBytes, batch.BaseOffset, verdict.Detail!);
        }
    }

    private void OnDamage(BatchWalker walker)
    {
        InspectedBatch batch = walker.Current;
        bool isTail = batch.State is BatchState.CutOff or BatchState.Zeros;
        long offset = batch.State == BatchState.OffsetWrong ? batch.MendedBaseOffset ?? batch.BaseOffset : Math.Max(walker.NextOffset, _tally.NextOffset);
        _tally.Sink.Add(
            KindOf(batch.State), isTail && _role.IsOpenEnded ? FindingSeverity.Note : FindingSeverity.Damage, _segment.LogPath, batch.PositionBytes, offset, Describe(batch, walker.FileBytes));
        if (!isTail || !_role.IsOpenEnded)
        {
            _tally.DamagedBytes += batch.LengthBytes;
        }

        _afterDamage = true;
        _tally.NextOffset = Math.Max(_tally.NextOffset, walker.NextOffset);
        if (!isTail)
        {
            _offsetIndex?.OnDamage(batch.EndPositionBytes);
            _timeIndex?.OnDamage();
            _transactionIndex?.OnDamage();
            _tally.Transactions.OnDamage();
        }
    }

    private static FindingKind KindOf(BatchState state) => state switch
    {
        BatchState.ChecksumMismatch => FindingKind.BatchChecksum,
        BatchState.OffsetWrong => FindingKind.BatchOffset,
        BatchState.CutOff => FindingKind.TailCutOff,
        BatchState.Zeros => FindingKind.TailZeros,
        _ => FindingKind.BatchMissing,
    };

    private static string Describe(in InspectedBatch batch, long fileBytes) => batch.State switch
    {
        BatchState.ChecksumMismatch =>
            $"the checksum does not match the {batch.LengthBytes} bytes of the batch, which says that it holds offsets {batch.BaseOffset} to {batch.LastOffset}",
        BatchState.OffsetWrong when batch.MendedBaseOffset is { } mended =>
            $"the batch says that it begins with offset {batch.BaseOffset}; between its neighbours there is room for it only from {mended} on",
        BatchState.OffsetWrong => $"the batch says that it holds offsets {batch.BaseOffset} to {batch.LastOffset}, which cannot be in this place",
        BatchState.CutOff => $"the last {batch.LengthBytes} bytes are the beginning of a batch",
        BatchState.Zeros => $"the last {batch.LengthBytes} bytes are zeros",
        _ when batch.EndPositionBytes >= fileBytes => $"the last {batch.LengthBytes} bytes are no batch",
        _ => $"{batch.LengthBytes} bytes are no batch; the next one begins at position {batch.EndPositionBytes}",
    };
}
