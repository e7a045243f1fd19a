using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Sluice.Protocol.Records;

/// <summary>Builds record batches with magic 2, one after another, in memory that it keeps.</summary>
/// <remarks>
/// Set the properties, append records, build, <see cref="Clear"/>, and so on; <see cref="Clear"/> forgets the records and keeps the
/// properties. A record is encoded when it is appended, so <see cref="DeleteHorizonMs"/> has to be set before the first.
/// For one thread at a time.
/// </remarks>
public sealed class RecordBatchBuilder
{
    // The header's place is kept free at the front, so that an uncompressed batch is finished where its records stand.
    private readonly GrowableBuffer _plain = new();
    private GrowableBuffer? _compressed;
    private long _baseTimestamp;
    private long _maxTimestamp;
    private int _lastOffsetDelta;

    /// <summary>Starts without records, uncompressed and without a producer.</summary>
    public RecordBatchBuilder() => Clear();

    /// <summary>Codec for the records; <see cref="CompressionType.None"/> by default.</summary>
    public CompressionType CompressionType { get; set; }

    /// <summary>The codec's own level, or null for <see cref="RecordCodec.DefaultLevel"/>. Ranges: <see cref="RecordCodec.Compress"/>.</summary>
    public int? CompressionLevel { get; set; }

    /// <summary>With <see cref="TimestampType.LogAppendTime"/>, set <see cref="MaxTimestampMs"/> to the time of the append.</summary>
    public TimestampType TimestampType { get; set; }

    /// <summary>The batch's maximum timestamp in milliseconds since the Unix epoch; null, the default, for the largest that a record has.</summary>
    public long? MaxTimestampMs { get; set; }

    /// <summary>Epoch to write into the batch; -1 = none, for the leader to fill in.</summary>
    public int PartitionLeaderEpoch { get; set; } = RecordBatchFormat.NoLeaderEpoch;

    /// <summary>-1 = none.</summary>
    public long ProducerId { get; set; } = RecordBatchFormat.NoProducerId;

    /// <summary>-1 = none.</summary>
    public short ProducerEpoch { get; set; } = RecordBatchFormat.NoProducerEpoch;

    /// <summary>Sequence of the first record; -1 = none.</summary>
    public int BaseSequence { get; set; } = RecordBatchFormat.NoSequence;

    /// <summary>Whether to mark the batch as part of a transaction.</summary>
    public bool IsTransactional { get; set; }

    /// <summary>Whether to mark the batch as one of control records, whose keys and values are then the caller's duty.</summary>
    public bool IsControl { get; set; }

    /// <summary>Milliseconds since the Unix epoch from which compaction may drop the batch's tombstones; null = no horizon.</summary>
    /// <remarks>It takes the place of the base timestamp, and deltas count from it.</remarks>
    public long? DeleteHorizonMs { get; set; }

    /// <summary>Last offset of the batch less its base offset; null, the default, for the last record's. Compaction keeps the old batch's.</summary>
    public int? LastOffsetDelta { get; set; }

    /// <summary>How many records have been appended.</summary>
    public int RecordsCount { get; private set; }

    /// <summary>Bytes that the batch takes uncompressed, header included.</summary>
    public int UncompressedSizeBytes => _plain.LengthBytes;

    /// <summary>Bytes by which one more record would make the uncompressed batch longer, at most.</summary>
    /// <param name="keyBytes">Length of the key; 0 for null.</param>
    /// <param name="valueBytes">Length of the value; 0 for null.</param>
    /// <param name="headers">The headers.</param>
    /// <returns>An upper bound that takes every variable-length integer at its longest.</returns>
    public static int RecordSizeBytesMax(int keyBytes, int valueBytes, ReadOnlySpan<RecordHeader> headers = default)
    {
        const int fixedFieldsBytes = (4 * RecordVarint.Int32BytesMax) + RecordVarint.Int64BytesMax + sizeof(byte);
        int sizeBytes = checked(fixedFieldsBytes + keyBytes + valueBytes);
        foreach (RecordHeader header in headers)
        {
            sizeBytes = checked(sizeBytes + (2 * RecordVarint.Int32BytesMax)
                + Encoding.UTF8.GetByteCount(header.Key) + (header.Value?.Length ?? 0));
        }

        return sizeBytes;
    }

    /// <summary>Appends a record with the next offset.</summary>
    /// <param name="timestampMs">Milliseconds since the Unix epoch, or -1 = none.</param>
    /// <param name="key">Copied; <see cref="NullableBytes.Null"/> for none.</param>
    /// <param name="value">Copied; <see cref="NullableBytes.Null"/> for a tombstone.</param>
    /// <param name="headers">Copied; keys as UTF-8.</param>
    public void Append(long timestampMs, NullableBytes key, NullableBytes value, ReadOnlySpan<RecordHeader> headers = default) =>
        Append(RecordsCount == 0 ? 0 : _lastOffsetDelta + 1, timestampMs, key, value, headers);

    /// <summary>Appends a record with an offset of its own.</summary>
    /// <param name="offsetDelta">The record's offset less the batch's base offset; 0 or more, and rising from record to record in sound batches.</param>
    /// <param name="timestampMs">Milliseconds since the Unix epoch, or -1 = none.</param>
    /// <param name="key">Copied; <see cref="NullableBytes.Null"/> for none.</param>
    /// <param name="value">Copied; <see cref="NullableBytes.Null"/> for a tombstone.</param>
    /// <param name="headers">Copied; keys as UTF-8.</param>
    public void Append(int offsetDelta, long timestampMs, NullableBytes key, NullableBytes value, ReadOnlySpan<RecordHeader> headers)
    {
        int headersBytes = 0;
        foreach (RecordHeader header in headers)
        {
            int keyBytes = Encoding.UTF8.GetByteCount(header.Key);
            headersBytes = checked(headersBytes + RecordVarint.SizeBytes(keyBytes) + keyBytes + FieldBytes(header.Value));
        }

        Span<byte> place = Begin(offsetDelta, timestampMs, key, value, headersBytes, headers.Length, out int position);
        foreach (RecordHeader header in headers)
        {
            RecordVarint.Write(place, ref position, Encoding.UTF8.GetByteCount(header.Key));
            position += Encoding.UTF8.GetBytes(header.Key, place[position..]);
            WriteField(place, ref position, header.Value);
        }

        End(offsetDelta, timestampMs, position);
    }

    /// <summary>Appends a copy of a record of another batch, headers untouched.</summary>
    /// <param name="offsetDelta">As for the other overloads.</param>
    /// <param name="timestampMs">The record's own timestamp; its delta is counted anew from this batch's base.</param>
    /// <param name="record">What to copy.</param>
    public void Append(int offsetDelta, long timestampMs, in RecordView record)
    {
        NullableBytes key = record.IsKeyNull ? NullableBytes.Null : record.Key;
        NullableBytes value = record.IsValueNull ? NullableBytes.Null : record.Value;
        ReadOnlySpan<byte> rawHeaders = record.RawHeaders;
        Span<byte> place = Begin(offsetDelta, timestampMs, key, value, rawHeaders.Length, record.HeadersCount, out int position);
        rawHeaders.CopyTo(place[position..]);
        End(offsetDelta, timestampMs, position + rawHeaders.Length);
    }

    /// <summary>Finishes the batch. It can be built again, also after more records or with other properties.</summary>
    /// <param name="baseOffset">Absolute offset of the first record slot; producers write 0.</param>
    /// <returns>The whole batch, in memory of the builder: valid, and the caller's to patch, until its next call.</returns>
    public Memory<byte> Build(long baseOffset = 0)
    {
        GrowableBuffer batch = _plain;
        if (CompressionType != CompressionType.None && RecordsCount > 0)
        {
            batch = _compressed ??= new GrowableBuffer();
            batch.Clear();
            batch.GetSpan(RecordBatchFormat.HeaderBytes);
            batch.Advance(RecordBatchFormat.HeaderBytes);
            int level = CompressionLevel ?? RecordCodec.DefaultLevel(CompressionType);
            RecordCodec.Compress(CompressionType, level, _plain.WrittenSpan[RecordBatchFormat.RecordsPosition..], batch);
        }

        WriteHeader(batch.WrittenSpan, baseOffset);
        return batch.WrittenMemory;
    }

    /// <summary>Finishes the batch and copies it to <paramref name="output"/>.</summary>
    /// <param name="baseOffset">Absolute offset of the first record slot.</param>
    /// <param name="output">Gets the whole batch.</param>
    public void Build(long baseOffset, IBufferWriter<byte> output) => output.Write(Build(baseOffset).Span);

    /// <summary>Forgets the records; keeps properties and memory.</summary>
    public void Clear()
    {
        _plain.Clear();
        _plain.GetSpan(RecordBatchFormat.HeaderBytes);
        _plain.Advance(RecordBatchFormat.HeaderBytes);
        RecordsCount = 0;
        _lastOffsetDelta = 0;
        _baseTimestamp = RecordBatchFormat.NoTimestamp;
        _maxTimestamp = RecordBatchFormat.NoTimestamp;
    }

    private Span<byte> Begin(
        int offsetDelta,
        long timestampMs,
        NullableBytes key,
        NullableBytes value,
        int headersBytes,
        int headersCount,
        out int position)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offsetDelta);
        if (RecordsCount == 0) _baseTimestamp = DeleteHorizonMs ?? timestampMs;
        long timestampDelta = timestampMs - _baseTimestamp;
        int bodyBytes = checked(sizeof(byte)
            + RecordVarint.SizeBytes(timestampDelta)
            + RecordVarint.SizeBytes(offsetDelta)
            + FieldBytes(key)
            + FieldBytes(value)
            + RecordVarint.SizeBytes(headersCount)
            + headersBytes);

        Span<byte> place = _plain.GetSpan(RecordVarint.SizeBytes(bodyBytes) + bodyBytes);
        position = 0;
        RecordVarint.Write(place, ref position, bodyBytes);
        place[position++] = 0; // The record's attributes, none of which means anything.
        RecordVarint.Write(place, ref position, timestampDelta);
        RecordVarint.Write(place, ref position, offsetDelta);
        WriteField(place, ref position, key);
        WriteField(place, ref position, value);
        RecordVarint.Write(place, ref position, headersCount);
        return place;
    }

    private void End(int offsetDelta, long timestampMs, int recordBytes)
    {
        _plain.Advance(recordBytes);
        _maxTimestamp = RecordsCount == 0 ? timestampMs : Math.Max(_maxTimestamp, timestampMs);
        _lastOffsetDelta = offsetDelta;
        RecordsCount++;
    }

    private void WriteHeader(Span<byte> batch, long baseOffset)
    {
        BinaryPrimitives.WriteInt64BigEndian(batch, baseOffset);
        BinaryPrimitives.WriteInt32BigEndian(batch[RecordBatchFormat.LengthPosition..], batch.Length - RecordBatchFormat.LogOverheadBytes);
        BinaryPrimitives.WriteInt32BigEndian(batch[RecordBatchFormat.PartitionLeaderEpochPosition..], PartitionLeaderEpoch);
        batch[RecordBatchFormat.MagicPosition] = RecordBatchFormat.CurrentMagic;
        BinaryPrimitives.WriteInt16BigEndian(batch[RecordBatchFormat.AttributesPosition..], Attributes());
        BinaryPrimitives.WriteInt32BigEndian(batch[RecordBatchFormat.LastOffsetDeltaPosition..], LastOffsetDelta ?? _lastOffsetDelta);
        long baseTimestamp = RecordsCount == 0 ? DeleteHorizonMs ?? _baseTimestamp : _baseTimestamp;
        BinaryPrimitives.WriteInt64BigEndian(batch[RecordBatchFormat.BaseTimestampPosition..], baseTimestamp);
        BinaryPrimitives.WriteInt64BigEndian(batch[RecordBatchFormat.MaxTimestampPosition..], MaxTimestampMs ?? _maxTimestamp);
        BinaryPrimitives.WriteInt64BigEndian(batch[RecordBatchFormat.ProducerIdPosition..], ProducerId);
        BinaryPrimitives.WriteInt16BigEndian(batch[RecordBatchFormat.ProducerEpochPosition..], ProducerEpoch);
        BinaryPrimitives.WriteInt32BigEndian(batch[RecordBatchFormat.BaseSequencePosition..], BaseSequence);
        BinaryPrimitives.WriteInt32BigEndian(batch[RecordBatchFormat.RecordsCountPosition..], RecordsCount);
        RecordBatchPatch.WriteCrc(batch);
    }

    private short Attributes()
    {
        // An empty batch has nothing to compress and says so.
        int attributes = RecordsCount == 0 ? 0 : (int)CompressionType;
        if (TimestampType == TimestampType.LogAppendTime) attributes |= RecordBatchFormat.TimestampTypeMask;
        if (IsTransactional) attributes |= RecordBatchFormat.TransactionalMask;
        if (IsControl) attributes |= RecordBatchFormat.ControlMask;
        if (DeleteHorizonMs is not null) attributes |= RecordBatchFormat.DeleteHorizonMask;
        return (short)attributes;
    }

    private static int FieldBytes(NullableBytes bytes) =>
        bytes.IsNull ? 1 : checked(RecordVarint.SizeBytes(bytes.Bytes.Length) + bytes.Bytes.Length);

    private static void WriteField(Span<byte> place, ref int position, NullableBytes bytes)
    {
        RecordVarint.Write(place, ref position, bytes.IsNull ? -1 : bytes.Bytes.Length);
        bytes.Bytes.CopyTo(place[position..]);
        position += bytes.Bytes.Length;
    }
}
