using System.Globalization;
using Sluice.Log;
using Sluice.Log.Inspection;
using Sluice.Protocol;
using Sluice.Protocol.Records;

namespace Sluice.Cli.Commands.LogTools;

/// <summary>Walks the files of a log and writes down what is in them, holding no more than one batch at a time.</summary>
internal sealed class LogDumping(DumpWriter writer, bool withRecords, long fromOffset, long batchesMax)
{
    internal const string RecordType = "record";

    private long _batchesCount;
    private bool _isSound = true;

    /// <summary>Writes down what a path leads to.</summary>
    /// <returns>Whether everything could be read.</returns>
    internal bool Dump(InspectedPath path, CancellationToken cancellationToken)
    {
        switch (path.Kind)
        {
            case InspectedPathKind.DataDirectory:
                foreach (string partition in LogFiles.FindPartitions(path.FullPath)) DumpPartition(partition, cancellationToken);
                break;
            case InspectedPathKind.PartitionDirectory:
                DumpPartition(path.FullPath, cancellationToken);
                break;
            case InspectedPathKind.Segment:
                DumpSegment(path.FullPath, path.BaseOffset, cancellationToken);
                break;
            default:
                DumpFile(path);
                break;
        }

        return _isSound;
    }

    private void DumpPartition(string path, CancellationToken cancellationToken)
    {
        IReadOnlyList<(long BaseOffset, string Path)> segments = LogFiles.FindSegments(path);
        for (int index = 0; index < segments.Count && _batchesCount < batchesMax; index++)
        {
            bool isBelow = index + 1 < segments.Count && segments[index + 1].BaseOffset <= fromOffset;
            if (!isBelow) DumpSegment(segments[index].Path, segments[index].BaseOffset, cancellationToken);
        }
    }

    private void DumpSegment(string path, long baseOffset, CancellationToken cancellationToken)
    {
        using var walker = new BatchWalker(path, baseOffset, InspectionLimits.Default);
        writer.Begin("segment");
        writer.Text("file", path);
        writer.Number("baseOffset", baseOffset);
        writer.Number("size", walker.FileBytes);
        writer.End();
        while (_batchesCount < batchesMax && walker.MoveNext())
        {
            cancellationToken.ThrowIfCancellationRequested();
            InspectedBatch batch = walker.Current;
            if (batch.IsSound && batch.LastOffset < fromOffset) continue;
            _batchesCount++;
            _isSound &= batch.IsSound;
            Write(batch);
            bool hasReadableRecords = batch.State is BatchState.Sound or BatchState.OffsetWrong;
            if (withRecords && hasReadableRecords) WriteRecords(walker);
        }
    }

    private void Write(in InspectedBatch batch)
    {
        writer.Begin(batch.HasHeader ? "batch" : "damage");
        if (batch.HasHeader)
        {
            writer.Number("baseOffset", batch.BaseOffset);
            writer.Number("lastOffset", batch.LastOffset);
            writer.Number("count", batch.RecordsCount);
        }

        writer.Number("position", batch.PositionBytes);
        writer.Number("size", batch.LengthBytes);
        writer.Text("state", State(batch.State));
        if (!batch.HasHeader)
        {
            writer.End();
            return;
        }

        if (batch.MendedBaseOffset is { } mended) writer.Number("baseOffsetByNeighbours", mended);
        writer.Number("magic", batch.Magic);
        writer.Text("codec", CodecName.Of(batch.CompressionType));
        if (batch.Magic == 2) writer.Text("crc", batch.Crc.ToString("x8", CultureInfo.InvariantCulture));
        writer.Number("leaderEpoch", batch.LeaderEpoch);
        if (batch.ProducerId >= 0)
        {
            writer.Number("producerId", batch.ProducerId);
            writer.Number("producerEpoch", batch.ProducerEpoch);
            writer.Number("baseSequence", batch.BaseSequence);
            writer.Number("lastSequence", batch.LastSequence);
        }

        writer.Flag("transactional", batch.IsTransactional);
        writer.Flag("control", batch.IsControl);
        writer.Text("timestampType", batch.TimestampType == TimestampType.LogAppendTime ? "LogAppendTime" : "CreateTime");
        writer.Time(batch.HasDeleteHorizon ? "deleteHorizon" : "baseTimestamp", batch.BaseTimestamp);
        writer.Time("maxTimestamp", batch.MaxTimestamp);
        writer.End();
    }

    private void WriteRecords(BatchWalker walker)
    {
        bool isControl = walker.Current.IsControl;
        RecordsVerdict verdict = walker.CheckRecords((long offset, long timestampMs, in RecordView record) => Write(offset, timestampMs, record, isControl));
        if (verdict.State == RecordsState.Sound) return;
        _isSound &= verdict.State == RecordsState.NotRead;
        writer.Begin(RecordType);
        writer.Number("offset", walker.Current.BaseOffset);
        writer.Text(verdict.State == RecordsState.NotRead ? "notRead" : "damage", verdict.Detail!);
        writer.End();
    }

    private void Write(long offset, long timestampMs, in RecordView record, bool isControl)
    {
        writer.Begin(RecordType);
        writer.Number("offset", offset);
        writer.Time("timestamp", timestampMs);
        if (isControl)
        {
            writer.Text("marker", ControlRecordKey.TryRead(record.Key, out ControlRecordType type) ? Marker(type) : "unreadable");
            if (EndTransactionMarker.TryReadValue(record.Value, out int coordinatorEpoch) && type is ControlRecordType.Abort or ControlRecordType.Commit)
            {
                writer.Number("coordinatorEpoch", coordinatorEpoch);
            }
        }
        else
        {
            writer.Bytes("key", record.Key, record.IsKeyNull);
            writer.Bytes("value", record.Value, record.IsValueNull);
            if (record.HeadersCount > 0) WriteHeaders(record);
        }

        writer.End();
    }

    private void WriteHeaders(in RecordView record)
    {
        writer.BeginHeaders();
        foreach (RecordHeaderView header in record.Headers) writer.Header(header.Key, header.Value, header.IsValueNull);
        writer.EndHeaders();
    }

    private void DumpFile(InspectedPath path)
    {
        try
        {
            new LogFileDumping(writer, fromOffset).Dump(path);
        }
        catch (InvalidDataException exception)
        {
            throw new CommandException(exception.Message);
        }
    }

    private static string State(BatchState state) => state switch
    {
        BatchState.Sound => "sound",
        BatchState.ChecksumMismatch => "checksum-mismatch",
        BatchState.CutOff => "cut-off",
        BatchState.Zeros => "zeros",
        BatchState.OffsetWrong => "offset-wrong",
        _ => "no-batch",
    };

    private static string Marker(ControlRecordType type) => type switch
    {
        ControlRecordType.Abort => "abort",
        ControlRecordType.Commit => "commit",
        ControlRecordType.LeaderChange => "leader-change",
        ControlRecordType.SnapshotHeader => "snapshot-header",
        ControlRecordType.SnapshotFooter => "snapshot-footer",
        ControlRecordType.KRaftVersion => "kraft-version",
        ControlRecordType.KRaftVoters => "kraft-voters",
        _ => "unknown",
    };
}
