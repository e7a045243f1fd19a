using Sluice.Log.Producers;
using Sluice.Log.Segments;
using Sluice.Log.Validation;
using Sluice.Protocol.Records;

namespace Sluice.Log.Compaction;

/// <summary>Learns the latest offset of every key of the part of a log that no round has seen yet.</summary>
/// <remarks>For one round, on one thread.</remarks>
internal sealed class OffsetMapBuilder(CleaningSource source, CleaningBuffer buffer, CleaningPace pace, int decompressedBytesMax)
{
    private readonly long _fromOffset = source.Range.FirstDirtyOffset;
    private readonly CleanedTransactions _transactions =
        new(source.Log.CollectAbortedEntries(source.Range.FirstDirtyOffset, source.Range.FirstUncleanableOffset));

    /// <summary>Fills a map as far as it has room; <see cref="OffsetMap.LatestOffset"/> then says how far that is.</summary>
    /// <param name="map">Empty.</param>
    /// <exception cref="InvalidDataException">A batch is damaged.</exception>
    /// <exception cref="OperationCanceledException">The round was given up.</exception>
    public void Fill(OffsetMap map)
    {
        LogSegment[] segments = source.Segments;
        for (int index = 0; index < segments.Length; index++)
        {
            long nextBaseOffset = index + 1 < segments.Length ? segments[index + 1].BaseOffset : source.Range.FirstUncleanableOffset;
            if (nextBaseOffset <= _fromOffset)
            {
                continue;
            }

            CleaningSource.Hold(segments[index]);
            try
            {
                if (!TryAddSegment(segments[index], map))
                {
                    return;
                }
            }
            finally
            {
                segments[index].File.Release();
            }

            map.LatestOffset = nextBaseOffset - 1; // Offsets without a record may follow the segment's last batch.
        }
    }

    private bool TryAddSegment(LogSegment segment, OffsetMap map)
    {
        (_, int startPositionBytes) = segment.OffsetIndex.Lookup(_fromOffset);
        var batches = new BatchStream(segment, startPositionBytes, buffer, pace);
        while (batches.MoveNext())
        {
            BatchHeader batch = batches.Header;
            if (batch.LastOffset < _fromOffset)
            {
                continue;
            }

            if (batch.IsControl)
            {
                _transactions.OnControl(batch, ControlBatchReader.Read(batches.Bytes), out _);
            }
            else if (!_transactions.OnData(batch) && !TryAddRecords(batches.Bytes, map))
            {
                return false;
            }

            map.LatestOffset = batch.LastOffset;
        }

        return true;
    }

    private bool TryAddRecords(ReadOnlySpan<byte> bytes, OffsetMap map)
    {
        var batch = new RecordBatchView(bytes);
        if (batch.RecordsCount == 0)
        {
            return true;
        }

        if (batch.CompressionType == CompressionType.None)
        {
            return TryAddRecords(batch, batch.Payload, map);
        }

        using RecordsBuffer records = RecordsBuffer.Rent();
        return RecordCodec.TryDecompress(batch.CompressionType, batch.Payload, decompressedBytesMax, records, out DecompressError error)
            ? TryAddRecords(batch, records.WrittenSpan, map)
            : throw new InvalidDataException($"The batch at offset {batch.BaseOffset} cannot be decompressed as {batch.CompressionType}: {error}.");
    }

    private bool TryAddRecords(in RecordBatchView batch, ReadOnlySpan<byte> records, OffsetMap map)
    {
        var reader = new RecordReader(records, batch.RecordsCount);
        while (reader.MoveNext())
        {
            long offset = batch.BaseOffset + reader.Current.OffsetDelta;
            if (reader.Current.IsKeyNull || offset < _fromOffset)
            {
                continue;
            }

            if (!map.TryPut(reader.Current.Key, offset))
            {
                return false;
            }

            map.LatestOffset = offset;
        }

        return reader.Error == RecordError.None
            ? true
            : throw new InvalidDataException($"The batch at offset {batch.BaseOffset} cannot be read behind record {reader.ReadCount}: {reader.Error}.");
    }
}
