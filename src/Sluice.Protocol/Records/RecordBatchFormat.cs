namespace Sluice.Protocol.Records;

/// <summary>Positions, sizes and bits of a record batch with magic 2. All integers are big-endian. Layout: docs/formats/record-batch.md.</summary>
/// <remarks>Members named …Position are bytes from the start of the batch.</remarks>
public static class RecordBatchFormat
{
    /// <summary>int64: absolute offset of the batch's first record slot; producers send 0.</summary>
    public const int BaseOffsetPosition = 0;

    /// <summary>int32: bytes after this field, so 12 less than the size of the batch.</summary>
    public const int LengthPosition = 8;

    /// <summary>int32: epoch of the leader that appended the batch; producers send -1.</summary>
    public const int PartitionLeaderEpochPosition = 12;

    /// <summary>int8: version of the layout. The old formats keep it at the same place.</summary>
    public const int MagicPosition = 16;

    /// <summary>uint32: CRC-32C of everything from <see cref="AttributesPosition"/> to the end of the batch.</summary>
    public const int CrcPosition = 17;

    /// <summary>int16: bits, see the …Mask constants. Where the bytes that the CRC covers begin.</summary>
    public const int AttributesPosition = 21;

    /// <summary>int32: last offset less base offset; survives compaction.</summary>
    public const int LastOffsetDeltaPosition = 23;

    /// <summary>int64: milliseconds since the Unix epoch that record deltas count from.</summary>
    public const int BaseTimestampPosition = 27;

    /// <summary>int64: milliseconds since the Unix epoch, the largest of the batch or the time of its append.</summary>
    public const int MaxTimestampPosition = 35;

    /// <summary>int64: -1 = none.</summary>
    public const int ProducerIdPosition = 43;

    /// <summary>int16: -1 = none.</summary>
    public const int ProducerEpochPosition = 51;

    /// <summary>int32: sequence of the first record slot; -1 = none.</summary>
    public const int BaseSequencePosition = 53;

    /// <summary>int32: how many records are present.</summary>
    public const int RecordsCountPosition = 57;

    /// <summary>Where the records, or their compressed form, begin.</summary>
    public const int RecordsPosition = 61;

    /// <summary>Bytes of the header, and so the smallest batch with magic 2.</summary>
    public const int HeaderBytes = 61;

    /// <summary>Bytes of base offset and length: what the length field does not count.</summary>
    public const int LogOverheadBytes = 12;

    /// <summary>Bytes that must be at hand before the magic can be looked at.</summary>
    public const int MagicVisibleBytes = 17;

    /// <summary>Smallest value that the length field can have in any format: an empty message with magic 0.</summary>
    public const int LengthBytesMin = 14;

    /// <summary>The only magic that is written.</summary>
    public const byte CurrentMagic = 2;

    /// <summary>Attribute bits that hold the <see cref="CompressionType"/>.</summary>
    public const short CompressionMask = 0x07;

    /// <summary>Attribute bit that holds the <see cref="TimestampType"/>.</summary>
    public const short TimestampTypeMask = 0x08;

    /// <summary>Attribute bit of a batch that belongs to a transaction.</summary>
    public const short TransactionalMask = 0x10;

    /// <summary>Attribute bit of a batch of control records, which no client may write and no consumer sees.</summary>
    public const short ControlMask = 0x20;

    /// <summary>Attribute bit that turns the base timestamp into a delete horizon.</summary>
    public const short DeleteHorizonMask = 0x40;

    /// <summary>Timestamp of a record that has none.</summary>
    public const long NoTimestamp = -1;

    /// <summary>Producer id of a batch whose producer is not idempotent.</summary>
    public const long NoProducerId = -1;

    /// <summary>Producer epoch of a batch whose producer is not idempotent.</summary>
    public const short NoProducerEpoch = -1;

    /// <summary>Base sequence of a batch whose producer is not idempotent.</summary>
    public const int NoSequence = -1;

    /// <summary>Leader epoch of a batch that no leader has appended yet.</summary>
    public const int NoLeaderEpoch = -1;
}
