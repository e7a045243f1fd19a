using System.Buffers.Binary;

namespace Sluice.Protocol.Records;

/// <summary>Reads the fields of one record batch with magic 2 where it lies, each when it is asked for.</summary>
/// <remarks>
/// Borrows its bytes. Holds either a whole batch or only the first <see cref="RecordBatchFormat.HeaderBytes"/> of one, which is
/// enough for every property except <see cref="Payload"/>; bytes behind the batch are ignored. Nothing is checked here: a field
/// that lies outside the bytes throws <see cref="ArgumentOutOfRangeException"/> or <see cref="IndexOutOfRangeException"/>, so bytes
/// of unknown origin go through <see cref="RecordBatchValidator"/> first. <see cref="BaseOffset"/>, <see cref="SizeBytes"/> and
/// <see cref="Magic"/> lie in the same place in all formats and may be asked of 17 bytes of any batch.
/// </remarks>
public readonly ref struct RecordBatchView
{
    private readonly ReadOnlySpan<byte> _batch;

    /// <summary>Looks at a batch without copying it.</summary>
    /// <param name="batch">Starts with the batch's base offset; borrowed for the life of the view.</param>
    public RecordBatchView(ReadOnlySpan<byte> batch) => _batch = batch;

    /// <summary>Absolute offset of the first record slot.</summary>
    public long BaseOffset => BinaryPrimitives.ReadInt64BigEndian(_batch);

    /// <summary>Bytes of the whole batch as it claims, header included: its length field + 12, or <see cref="int.MaxValue"/> where that overflows.</summary>
    /// <remarks>Below 26, and even negative, in damaged data.</remarks>
    public int SizeBytes => ReadSizeBytes(_batch);

    /// <summary>Epoch of the leader that appended the batch; -1 = none. Not covered by the CRC.</summary>
    public int PartitionLeaderEpoch => ReadInt32(RecordBatchFormat.PartitionLeaderEpochPosition);

    /// <summary>Version of the layout; everything else in this view is meaningful for 2 only.</summary>
    public byte Magic => _batch[RecordBatchFormat.MagicPosition];

    /// <summary>The CRC-32C that the batch claims.</summary>
    public uint Crc => BinaryPrimitives.ReadUInt32BigEndian(_batch[RecordBatchFormat.CrcPosition..]);

    /// <summary>All 16 attribute bits.</summary>
    public short Attributes => ReadInt16(RecordBatchFormat.AttributesPosition);

    /// <summary>Codec of the payload; a value outside the enumeration unless <see cref="HasKnownCompression"/>.</summary>
    public CompressionType CompressionType => (CompressionType)(Attributes & RecordBatchFormat.CompressionMask);

    /// <summary>Whether <see cref="CompressionType"/> names a codec that exists.</summary>
    public bool HasKnownCompression => CompressionType <= CompressionType.Zstd;

    /// <summary>Whose clock the timestamps come from.</summary>
    public TimestampType TimestampType =>
        (Attributes & RecordBatchFormat.TimestampTypeMask) == 0 ? TimestampType.CreateTime : TimestampType.LogAppendTime;

    /// <summary>Whether the batch belongs to a transaction.</summary>
    public bool IsTransactional => (Attributes & RecordBatchFormat.TransactionalMask) != 0;

    /// <summary>Whether the batch holds control records.</summary>
    public bool IsControl => (Attributes & RecordBatchFormat.ControlMask) != 0;

    /// <summary>Whether <see cref="BaseTimestamp"/> is also the time from which compaction may drop the batch's tombstones or marker.</summary>
    public bool HasDeleteHorizon => (Attributes & RecordBatchFormat.DeleteHorizonMask) != 0;

    /// <summary>Offset of the last record slot less <see cref="BaseOffset"/>; 0 or more in sound batches.</summary>
    public int LastOffsetDelta => ReadInt32(RecordBatchFormat.LastOffsetDeltaPosition);

    /// <summary>Absolute offset of the last record slot, inclusive; compaction may have removed the record itself.</summary>
    public long LastOffset => BaseOffset + LastOffsetDelta;

    /// <summary>Offset after the batch.</summary>
    public long NextOffset => LastOffset + 1;

    /// <summary>Milliseconds since the Unix epoch that record deltas count from; -1 in an empty batch.</summary>
    public long BaseTimestamp => ReadInt64(RecordBatchFormat.BaseTimestampPosition);

    /// <summary>Milliseconds since the Unix epoch, or -1: the largest record timestamp, or the time of the append.</summary>
    public long MaxTimestamp => ReadInt64(RecordBatchFormat.MaxTimestampPosition);

    /// <summary>-1 = none.</summary>
    public long ProducerId => ReadInt64(RecordBatchFormat.ProducerIdPosition);

    /// <summary>-1 = none.</summary>
    public short ProducerEpoch => ReadInt16(RecordBatchFormat.ProducerEpochPosition);

    /// <summary>Sequence of the first record slot; -1 = none.</summary>
    public int BaseSequence => ReadInt32(RecordBatchFormat.BaseSequencePosition);

    /// <summary>Sequence of the last record slot, with wrap; -1 when <see cref="BaseSequence"/> is.</summary>
    public int LastSequence
    {
        get
        {
            int baseSequence = BaseSequence;
            return baseSequence == RecordBatchFormat.NoSequence
                ? RecordBatchFormat.NoSequence
                : RecordSequence.Increment(baseSequence, LastOffsetDelta);
        }
    }

    /// <summary>How many records the batch claims to hold; fewer than slots after compaction, 0 in an empty batch, negative in damaged data.</summary>
    public int RecordsCount => ReadInt32(RecordBatchFormat.RecordsCountPosition);

    /// <summary>The records, compressed as <see cref="CompressionType"/> says. Needs the whole batch; borrowed like the view.</summary>
    public ReadOnlySpan<byte> Payload => _batch[RecordBatchFormat.RecordsPosition..SizeBytes];

    /// <summary>Computes the CRC-32C over the whole batch and compares it with <see cref="Crc"/>.</summary>
    /// <returns>False also when the bytes at hand are fewer than <see cref="SizeBytes"/>, or that is smaller than a header.</returns>
    public bool IsCrcValid()
    {
        if (_batch.Length < RecordBatchFormat.HeaderBytes) return false;
        int sizeBytes = SizeBytes;
        return sizeBytes >= RecordBatchFormat.HeaderBytes
            && sizeBytes <= _batch.Length
            && Crc32C.Compute(_batch[RecordBatchFormat.AttributesPosition..sizeBytes]) == Crc;
    }

    /// <summary>Timestamp of a record of this batch.</summary>
    /// <param name="timestampDelta">The record's own delta in milliseconds; not looked at under <see cref="TimestampType.LogAppendTime"/>.</param>
    /// <returns>Milliseconds since the Unix epoch, or -1 = none.</returns>
    public long TimestampOf(long timestampDelta) =>
        TimestampType == TimestampType.LogAppendTime ? MaxTimestamp : BaseTimestamp + timestampDelta;

    internal static int ReadSizeBytes(ReadOnlySpan<byte> batch)
    {
        int lengthBytes = BinaryPrimitives.ReadInt32BigEndian(batch[RecordBatchFormat.LengthPosition..]);
        return lengthBytes > int.MaxValue - RecordBatchFormat.LogOverheadBytes
            ? int.MaxValue
            : lengthBytes + RecordBatchFormat.LogOverheadBytes;
    }

    private short ReadInt16(int position) => BinaryPrimitives.ReadInt16BigEndian(_batch[position..]);

    private int ReadInt32(int position) => BinaryPrimitives.ReadInt32BigEndian(_batch[position..]);

    private long ReadInt64(int position) => BinaryPrimitives.ReadInt64BigEndian(_batch[position..]);
}
