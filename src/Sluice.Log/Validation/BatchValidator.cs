using System.Globalization;
using Sluice.Protocol;
using Sluice.Protocol.Records;

namespace Sluice.Log.Validation;

/// <summary>Decides whether a producer's bytes may go into a log, before the log's lock is taken.</summary>
/// <remarks>
/// Reads, never writes. Steps and codes are those of a Kafka 4 leader for origin CLIENT, with one deviation: data that its codec cannot read, or
/// a codec that does not exist, is CORRUPT_MESSAGE here, where Kafka says UNKNOWN_SERVER_ERROR and clients repeat the batch until their time is
/// up. Safe on any thread; the common case allocates nothing.
/// </remarks>
internal static class BatchValidator
{
    // A producer whose batch is wrong throughout learns enough from these; the response must not grow with the batch.
    private const int RejectedRecordsMax = 100;

    /// <summary>Checks a batch.</summary>
    /// <param name="bytes">The `records` of a Produce request for one partition.</param>
    /// <param name="config">The topic's settings.</param>
    /// <param name="options">What the request says beside the batch.</param>
    /// <param name="nowMs">Now, in Unix milliseconds.</param>
    /// <param name="decompressedBytesMax">Bytes that the records may decompress to.</param>
    /// <param name="expectedBaseOffset">What must stand in the place of the base offset.</param>
    public static BatchValidation Validate(
        ReadOnlySpan<byte> bytes, LogConfig config, in AppendOptions options, long nowMs, int decompressedBytesMax, long expectedBaseOffset = 0)
    {
        if (CheckWhole(bytes) is { } structureError)
        {
            return structureError;
        }

        var batch = new RecordBatchView(bytes);
        bytes = bytes[..batch.SizeBytes];
        batch = new RecordBatchView(bytes);
        return CheckHeader(batch, config, options, expectedBaseOffset)
            ?? CheckRecords(batch, config, nowMs, decompressedBytesMax);
    }

    /// <summary>Step A: exactly one whole batch of the current format.</summary>
    private static BatchValidation? CheckWhole(ReadOnlySpan<byte> bytes)
    {
        switch (RecordBatchValidator.ValidateHeader(bytes, bytes.Length))
        {
            case RecordBatchStatus.Valid:
                break;
            case RecordBatchStatus.Incomplete:
                return BatchValidation.RefusedUnread(ErrorCode.InvalidRecord, "The request holds no whole record batch for the partition.");
            case RecordBatchStatus.Legacy:
                return BatchValidation.RefusedUnread(ErrorCode.InvalidRecord, "Only record batches with magic 2 can be produced.");
            default:
                return BatchValidation.RefusedUnread(ErrorCode.CorruptMessage, "The size or the magic of the record batch is impossible.");
        }

        // What follows is dropped when it is but the beginning of a batch, as a fetch may hand on.
        ReadOnlySpan<byte> rest = bytes[new RecordBatchView(bytes).SizeBytes..];
        return RecordBatchValidator.ValidateHeader(rest, rest.Length) switch
        {
            RecordBatchStatus.Incomplete => null,
            RecordBatchStatus.Valid or RecordBatchStatus.Legacy =>
                BatchValidation.RefusedUnread(ErrorCode.InvalidRecord, "A produce request must hold exactly one record batch per partition."),
            _ => BatchValidation.RefusedUnread(ErrorCode.CorruptMessage, $"The {rest.Length} bytes behind the record batch are no batch."),
        };
    }

    /// <summary>Steps B and C: what the header says, and the checksum over all of it.</summary>
    private static BatchValidation? CheckHeader(in RecordBatchView batch, LogConfig config, in AppendOptions options, long expectedBaseOffset)
    {
        if (options.RefuseZstd && batch.CompressionType == CompressionType.Zstd)
        {
            return BatchValidation.RefusedUnread(ErrorCode.UnsupportedCompressionType, "Zstandard needs Produce version 7 or later.");
        }

        if (batch.BaseOffset != expectedBaseOffset)
        {
            return BatchValidation.Refused(ErrorCode.InvalidRecord, $"The base offset of a produced batch must be 0; it is {batch.BaseOffset}.");
        }

        if (batch.SizeBytes > config.MaxMessageBytes)
        {
            return BatchValidation.RefusedUnread(
                ErrorCode.MessageTooLarge, $"The record batch has {batch.SizeBytes} bytes; the topic's max.message.bytes is {config.MaxMessageBytes}.");
        }

        if (!batch.IsCrcValid())
        {
            return BatchValidation.RefusedUnread(ErrorCode.CorruptMessage, "The checksum of the record batch does not match its bytes.");
        }

        // Compared as 64-bit numbers: a lying delta of 2147483647 must not wrap around.
        long slotsCount = (long)batch.LastOffsetDelta + 1;
        if (slotsCount <= 0 || batch.RecordsCount <= 0 || batch.RecordsCount != slotsCount)
        {
            return BatchValidation.Refused(
                ErrorCode.InvalidRecord, $"The record batch claims {batch.RecordsCount} records in {slotsCount} offsets.");
        }

        if (batch.IsControl)
        {
            return BatchValidation.Refused(ErrorCode.InvalidRecord, "Clients may not write control batches.");
        }

        if (batch.ProducerId != RecordBatchFormat.NoProducerId && batch.BaseSequence < 0)
        {
            return BatchValidation.Refused(
                ErrorCode.InvalidRecord, $"Producer {batch.ProducerId} sent the sequence {batch.BaseSequence}; it must not be negative.");
        }

        if (!batch.HasKnownCompression)
        {
            return BatchValidation.Refused(ErrorCode.CorruptMessage, $"There is no compression codec {(byte)batch.CompressionType}.");
        }

        return null;
    }

    /// <summary>Step D: the records themselves, decompressed where they must be.</summary>
    private static BatchValidation CheckRecords(in RecordBatchView batch, LogConfig config, long nowMs, int decompressedBytesMax)
    {
        CompressionType source = batch.CompressionType;
        CompressionType target = config.CompressionType ?? source;
        if (source == CompressionType.None)
        {
            return WalkRecords(batch, batch.Payload, config, nowMs, source, target);
        }

        using RecordsBuffer records = RecordsBuffer.Rent();
        if (RecordCodec.TryDecompress(source, batch.Payload, decompressedBytesMax, records, out DecompressError error))
        {
            return WalkRecords(batch, records.WrittenSpan, config, nowMs, source, target);
        }

        return error == DecompressError.OutputTooLarge
            ? BatchValidation.RefusedUnread(
                ErrorCode.MessageTooLarge, $"The records decompress to more than the {decompressedBytesMax} bytes that this broker allows.")
            : BatchValidation.Refused(ErrorCode.CorruptMessage, $"The records cannot be decompressed as {source}.");
    }

    private static BatchValidation WalkRecords(
        in RecordBatchView batch, ReadOnlySpan<byte> payload, LogConfig config, long nowMs, CompressionType source, CompressionType target)
    {
        bool isCreateTime = config.MessageTimestampType == TimestampType.CreateTime;
        bool claimsBrokersTime = !isCreateTime && batch.TimestampType == TimestampType.LogAppendTime;
        long maxTimestamp = RecordBatchFormat.NoTimestamp;
        bool hasConsecutiveOffsets = true;
        var rejected = default(RejectedRecords);
        var reader = new RecordReader(payload, batch.RecordsCount);
        while (reader.MoveNext())
        {
            int batchIndex = reader.ReadCount - 1;
            RecordView record = reader.Current;
            hasConsecutiveOffsets &= record.OffsetDelta == batchIndex;
            long timestamp = batch.BaseTimestamp + record.TimestampDelta;
            maxTimestamp = Math.Max(maxTimestamp, timestamp);
            if (claimsBrokersTime)
            {
                rejected.Add(batchIndex, "A producer must not mark its records as having the broker's time.", isTimestamp: true);
            }
            else if (config.IsCompacted && record.IsKeyNull)
            {
                rejected.Add(batchIndex, "Compacted topic cannot accept message without key.", isTimestamp: false);
            }
            else if (isCreateTime && CheckTimestamp(timestamp, batch.TimestampType, config, nowMs) is { } timestampError)
            {
                rejected.Add(batchIndex, timestampError, isTimestamp: true);
            }
        }

        if (reader.Error != RecordError.None)
        {
            return BatchValidation.Refused(
                ErrorCode.InvalidRecord, $"The records cannot be read: {reader.Error} behind record {reader.ReadCount} of {batch.RecordsCount}.");
        }

        if (rejected.Count > 0)
        {
            return rejected.ToValidation();
        }

        // The uncompressed path does not look at the deltas: the offset of a record is its place, whatever it says of itself.
        bool mustRebuild = source != target || (source != CompressionType.None && !hasConsecutiveOffsets);
        return new BatchValidation(ErrorCode.None, null, null, batch.SizeBytes, isCreateTime ? maxTimestamp : nowMs, IsRefusedByLog: false, mustRebuild);
    }

    private static string? CheckTimestamp(long timestamp, TimestampType batchTimestampType, LogConfig config, long nowMs)
    {
        if (timestamp == RecordBatchFormat.NoTimestamp)
        {
            return batchTimestampType == TimestampType.LogAppendTime
                ? "A record without a timestamp is marked as having the broker's time."
                : null;
        }

        // Subtracting the other way round cannot overflow: nowMs is a small positive number.
        bool isTooOld = config.MessageTimestampBeforeMaxMs < long.MaxValue && timestamp < nowMs - Math.Min(config.MessageTimestampBeforeMaxMs, long.MaxValue / 2);
        bool isTooNew = config.MessageTimestampAfterMaxMs < long.MaxValue && timestamp > nowMs + Math.Min(config.MessageTimestampAfterMaxMs, long.MaxValue / 2);
        return isTooOld || isTooNew
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"Timestamp {timestamp} of message is out of range; it must lie between {config.MessageTimestampBeforeMaxMs} ms before and {config.MessageTimestampAfterMaxMs} ms after {nowMs}.")
            : null;
    }

    // Grows only when something is wrong.
    private struct RejectedRecords
    {
        private List<RejectedRecord>? _records;
        private bool _hasTimestampError;

        public int Count { get; private set; }

        public void Add(int batchIndex, string message, bool isTimestamp)
        {
            Count++;
            _hasTimestampError |= isTimestamp;
            _records ??= [];
            if (_records.Count < RejectedRecordsMax)
            {
                _records.Add(new RejectedRecord(batchIndex, message));
            }
        }

        public readonly BatchValidation ToValidation() => BatchValidation.Refused(
            _hasTimestampError ? ErrorCode.InvalidTimestamp : ErrorCode.InvalidRecord,
            string.Create(CultureInfo.InvariantCulture, $"{Count} records of the batch were refused; the first one: {_records![0].Message}"),
            _records);
    }
}
