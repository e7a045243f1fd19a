using Sluice.Log.Validation;
using Sluice.Protocol.Records;

namespace Sluice.Log.Inspection;

/// <summary>Looks at the records of one batch after the other: do they decompress, can they be read, do they agree with the header?</summary>
internal sealed class RecordChecker(InspectionLimits limits)
{
    /// <summary>Checks a batch.</summary>
    /// <param name="bytes">The whole batch, magic 2, with a right checksum.</param>
    /// <param name="visit">Gets each record up to the first that cannot be read.</param>
    public RecordsVerdict Check(ReadOnlySpan<byte> bytes, RecordVisitor? visit)
    {
        var batch = new RecordBatchView(bytes);
        if (batch.CompressionType == CompressionType.None)
        {
            return Walk(batch, batch.Payload, visit);
        }

        if (!batch.HasKnownCompression)
        {
            return new RecordsVerdict(RecordsState.Unreadable, 0, 0, $"there is no compression codec {(int)batch.CompressionType}");
        }

        using RecordsBuffer records = RecordsBuffer.Rent();
        if (!RecordCodec.TryDecompress(batch.CompressionType, batch.Payload, limits.DecompressedBytesMax, records, out DecompressError error))
        {
            return error == DecompressError.OutputTooLarge
                ? new RecordsVerdict(
                    RecordsState.NotRead, 0, 0, $"the records decompress to more than the {limits.DecompressedBytesMax} bytes that are looked at")
                : new RecordsVerdict(RecordsState.Unreadable, 0, 0, $"the records cannot be decompressed as {Name(batch.CompressionType)}");
        }

        return Walk(batch, records.WrittenSpan, visit);
    }

    private static RecordsVerdict Walk(in RecordBatchView batch, ReadOnlySpan<byte> payload, RecordVisitor? visit)
    {
        string? problem = null;
        int lastDelta = -1;
        var reader = new RecordReader(payload, batch.RecordsCount);
        while (reader.MoveNext())
        {
            RecordView record = reader.Current;
            problem ??= CheckRecord(batch, record, reader.ReadCount, lastDelta);
            lastDelta = Math.Max(lastDelta, record.OffsetDelta);
            visit?.Invoke(batch.BaseOffset + record.OffsetDelta, batch.TimestampOf(record.TimestampDelta), record);
        }

        if (reader.Error != RecordError.None)
        {
            return new RecordsVerdict(
                RecordsState.Unreadable, reader.ReadCount, payload.Length, $"behind record {reader.ReadCount} of {batch.RecordsCount}: {Explain(reader.Error)}");
        }

        return problem is null
            ? new RecordsVerdict(RecordsState.Sound, reader.ReadCount, payload.Length, null)
            : new RecordsVerdict(RecordsState.Inconsistent, reader.ReadCount, payload.Length, problem);
    }

    private static string? CheckRecord(in RecordBatchView batch, in RecordView record, int number, int lastDelta)
    {
        if (record.OffsetDelta <= lastDelta || record.OffsetDelta > batch.LastOffsetDelta)
        {
            return $"record {number} has the offset {batch.BaseOffset + record.OffsetDelta}, which is not between the record before it and the batch's last offset {batch.LastOffset}";
        }

        if (batch.IsControl)
        {
            return ControlRecordKey.TryRead(record.Key, out _) ? null : $"record {number} of a control batch has no readable key";
        }

        long timestampMs = batch.TimestampOf(record.TimestampDelta);
        return timestampMs > batch.MaxTimestamp
            ? $"record {number} has the timestamp {timestampMs}, above the {batch.MaxTimestamp} that the header gives as the largest"
            : null;
    }

    private static string Name(CompressionType codec) => codec switch
    {
        CompressionType.Gzip => "gzip",
        CompressionType.Snappy => "snappy",
        CompressionType.Lz4 => "lz4",
        _ => "zstd",
    };

    private static string Explain(RecordError error) => error switch
    {
        RecordError.NegativeCount => "the header claims a negative number of records",
        RecordError.Truncated => "the data end before the next one does",
        RecordError.VarintTooLong => "a number in the next one has no end",
        RecordError.NegativeLength => "the next one has a negative length",
        RecordError.LengthBeyondRecord => "a field of the next one reaches beyond it",
        RecordError.HeadersCount => "the next one claims an impossible number of headers",
        RecordError.LengthMismatch => "the next one is longer than its fields",
        _ => "bytes follow that no header counts",
    };
}
