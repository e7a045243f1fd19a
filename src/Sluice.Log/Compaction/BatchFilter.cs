using Sluice.Log.Segments;
using Sluice.Protocol.Records;

namespace Sluice.Log.Compaction;

/// <summary>Decides, record by record, what a compaction leaves of a batch, and builds what is left.</summary>
/// <remarks>
/// <para>
/// A record stays if the map has no later one of its key; a tombstone goes once its horizon has passed. The horizon is set, in the header of
/// the batch, by the first round that has looked at the tombstone: from then on a consumer has <c>delete.retention.ms</c> to come across it.
/// </para>
/// <para>
/// What stays keeps its offset, timestamp, headers, leader epoch, producer and codec; a batch of which everything stays keeps its bytes. Bytes in,
/// bytes out: no files, no clock. For one thread at a time.
/// </para>
/// </remarks>
/// <param name="map">Latest offset of every key in the part that was looked at; not owned.</param>
/// <param name="nowMs">Now, in Unix milliseconds.</param>
/// <param name="deleteRetentionMs">Milliseconds from now that a new horizon lies ahead, 0 or more.</param>
/// <param name="decompressedBytesMax">Bytes that the records of one batch may decompress to.</param>
/// <param name="counts">Receives what was seen and kept.</param>
internal sealed class BatchFilter(OffsetMap map, long nowMs, long deleteRetentionMs, int decompressedBytesMax, CleaningCounts counts)
{
    private readonly RecordBatchBuilder _builder = new();
    private readonly long _horizonMs = deleteRetentionMs > long.MaxValue - nowMs ? long.MaxValue : nowMs + deleteRetentionMs;
    private bool[] _keeps = [];

    /// <summary>Filters one batch.</summary>
    /// <param name="bytes">The whole batch, its checksum found right.</param>
    /// <param name="batch">Its header.</param>
    /// <param name="isDiscardable">Whether nobody wants it: data of an aborted transaction, or a marker of one of which nothing is left.</param>
    /// <param name="keepsEmpty">Whether its header must stay even if no record does.</param>
    /// <returns>What takes its place: nothing, the same bytes, or bytes that are valid until the next call.</returns>
    /// <exception cref="InvalidDataException">The records cannot be read.</exception>
    public ReadOnlySpan<byte> Filter(ReadOnlySpan<byte> bytes, in BatchHeader batch, bool isDiscardable, bool keepsEmpty)
    {
        var view = new RecordBatchView(bytes);
        counts.BatchesRead++;
        counts.RecordsRead += batch.RecordsCount;
        if (batch.BaseOffset > map.LatestOffset)
        {
            return Keep(bytes, batch.RecordsCount); // The map was full before it came so far: another round looks at this.
        }

        return batch.IsControl
            ? FilterControl(bytes, view, isDiscardable, keepsEmpty)
            : FilterData(bytes, view, isDiscardable, keepsEmpty);
    }

    private ReadOnlySpan<byte> FilterControl(ReadOnlySpan<byte> bytes, scoped in RecordBatchView view, bool isDiscardable, bool keepsEmpty)
    {
        bool isEmpty = view.RecordsCount <= 0;
        bool isPastHorizon = view.HasDeleteHorizon && view.BaseTimestamp <= nowMs;
        if (isEmpty || (isDiscardable && isPastHorizon))
        {
            return Empty(view, keepsEmpty);
        }

        if (!isDiscardable || view.HasDeleteHorizon)
        {
            return Keep(bytes, view.RecordsCount);
        }

        return Rebuild(view, view.Payload, keeps: default, view.RecordsCount, _horizonMs);
    }

    private ReadOnlySpan<byte> FilterData(ReadOnlySpan<byte> bytes, scoped in RecordBatchView view, bool isDiscardable, bool keepsEmpty)
    {
        if (isDiscardable || view.RecordsCount <= 0)
        {
            return Empty(view, keepsEmpty);
        }

        if (view.CompressionType == CompressionType.None)
        {
            return FilterRecords(bytes, view, view.Payload, keepsEmpty);
        }

        using Validation.RecordsBuffer records = Validation.RecordsBuffer.Rent();
        if (!RecordCodec.TryDecompress(view.CompressionType, view.Payload, decompressedBytesMax, records, out DecompressError error))
        {
            throw new InvalidDataException($"The batch at offset {view.BaseOffset} cannot be decompressed as {view.CompressionType}: {error}.");
        }

        return FilterRecords(bytes, view, records.WrittenSpan, keepsEmpty);
    }

    private ReadOnlySpan<byte> FilterRecords(ReadOnlySpan<byte> bytes, scoped in RecordBatchView view, ReadOnlySpan<byte> records, bool keepsEmpty)
    {
        if (view.RecordsCount > records.Length)
        {
            throw new InvalidDataException($"The batch at offset {view.BaseOffset} claims {view.RecordsCount} records in {records.Length} bytes.");
        }

        long? horizonMs = view.HasDeleteHorizon ? view.BaseTimestamp : null;
        Span<bool> keeps = Keeps(view.RecordsCount);
        int keptCount = 0;
        bool keepsTombstone = false;
        var reader = new RecordReader(records, view.RecordsCount);
        while (reader.MoveNext())
        {
            RecordView record = reader.Current;
            bool keep = Wants(record, view.BaseOffset + record.OffsetDelta, horizonMs);
            keeps[reader.ReadCount - 1] = keep;
            keptCount += keep ? 1 : 0;
            keepsTombstone |= keep && record.IsValueNull;
        }

        if (reader.Error != RecordError.None)
        {
            throw new InvalidDataException(
                $"The batch at offset {view.BaseOffset} cannot be read behind record {reader.ReadCount} of {view.RecordsCount}: {reader.Error}.");
        }

        if (keptCount == 0)
        {
            return Empty(view, keepsEmpty);
        }

        bool needsHorizon = keepsTombstone && horizonMs is null;
        return keptCount == view.RecordsCount && !needsHorizon
            ? Keep(bytes, keptCount)
            : Rebuild(view, records, keeps, keptCount, needsHorizon ? _horizonMs : horizonMs);
    }

    private bool Wants(in RecordView record, long offset, long? horizonMs)
    {
        if (offset > map.LatestOffset)
        {
            return true;
        }

        if (record.IsKeyNull)
        {
            counts.RecordsWithoutKey++; // From the time before the topic was compacted: nothing could ever replace it.
            return false;
        }

        return offset >= map.Lookup(record.Key) && (!record.IsValueNull || horizonMs is null || nowMs < horizonMs);
    }

    private ReadOnlySpan<byte> Keep(ReadOnlySpan<byte> bytes, int recordsCount)
    {
        counts.RecordsKept += recordsCount;
        return bytes;
    }

    // Without a list of those to keep, all are kept.
    private ReadOnlySpan<byte> Rebuild(scoped in RecordBatchView view, ReadOnlySpan<byte> records, ReadOnlySpan<bool> keeps, int keptCount, long? horizonMs)
    {
        Prepare(view, horizonMs);
        _builder.CompressionType = view.CompressionType;
        _builder.MaxTimestampMs = view.TimestampType == TimestampType.LogAppendTime ? view.MaxTimestamp : null;
        var reader = new RecordReader(records, view.RecordsCount);
        while (reader.MoveNext())
        {
            if (keeps.IsEmpty || keeps[reader.ReadCount - 1])
            {
                _builder.Append(reader.Current.OffsetDelta, view.TimestampOf(reader.Current.TimestampDelta), reader.Current);
            }
        }

        counts.RecordsKept += keptCount;
        return _builder.Build(view.BaseOffset).Span;
    }

    // The header alone: it says that these offsets were there, and which sequence its producer had reached.
    private ReadOnlySpan<byte> Empty(scoped in RecordBatchView view, bool keepsEmpty)
    {
        if (!keepsEmpty)
        {
            return default;
        }

        Prepare(view, horizonMs: null);
        _builder.CompressionType = CompressionType.None;
        _builder.MaxTimestampMs = view.MaxTimestamp;
        return _builder.Build(view.BaseOffset).Span;
    }

    private void Prepare(scoped in RecordBatchView view, long? horizonMs)
    {
        _builder.Clear();
        _builder.TimestampType = view.TimestampType;
        _builder.PartitionLeaderEpoch = view.PartitionLeaderEpoch;
        _builder.ProducerId = view.ProducerId;
        _builder.ProducerEpoch = view.ProducerEpoch;
        _builder.BaseSequence = view.BaseSequence;
        _builder.IsTransactional = view.IsTransactional;
        _builder.IsControl = view.IsControl;
        _builder.LastOffsetDelta = view.LastOffsetDelta;
        _builder.DeleteHorizonMs = horizonMs;
    }

    private Span<bool> Keeps(int count)
    {
        if (_keeps.Length < count)
        {
            _keeps = new bool[Math.Max(count, 2 * _keeps.Length)];
        }

        return _keeps.AsSpan(0, count);
    }
}
