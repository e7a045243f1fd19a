using System.Buffers.Binary;

namespace Sluice.Protocol.Records;

/// <summary>The batch of one control record that ends a producer's transaction in a partition.</summary>
public static class EndTransactionMarker
{
    /// <summary>Bytes of the whole batch, always.</summary>
    public const int SizeBytes = RecordBatchFormat.HeaderBytes + RecordBytes;

    /// <summary>Bytes of the record's value as it is written today; newer ones may be longer.</summary>
    public const int ValueBytes = 6;

    private const int RecordBytes = 17;
    private const int TypePosition = 7;
    private const int CoordinatorEpochPosition = 12;

    // Length 16, attributes, both deltas, a key of 4 bytes (version, type), a value of 6 (version, coordinator epoch), no headers.
    // Type and epoch are filled in.
    private static ReadOnlySpan<byte> RecordTemplate => [0x20, 0, 0, 0, 0x08, 0, 0, 0, 0, 0x0C, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>Writes the batch as a transaction coordinator's request asks a partition leader to.</summary>
    /// <param name="destination">At least <see cref="SizeBytes"/> bytes; exactly that many are written.</param>
    /// <param name="isCommit">True for a commit, false for an abort.</param>
    /// <param name="producerId">Whose transaction ends; 0 or more.</param>
    /// <param name="producerEpoch">The epoch that it ends under; 0 or more.</param>
    /// <param name="coordinatorEpoch">Leader epoch of the coordinator's partition; a lower one seen later is refused.</param>
    /// <param name="timestampMs">The broker's time in milliseconds since the Unix epoch.</param>
    /// <param name="baseOffset">Absolute offset of the marker; 0 where the log assigns it.</param>
    /// <param name="leaderEpoch">Epoch of the partition's leader; -1 where the log assigns it.</param>
    public static void Write(
        Span<byte> destination,
        bool isCommit,
        long producerId,
        short producerEpoch,
        int coordinatorEpoch,
        long timestampMs,
        long baseOffset = 0,
        int leaderEpoch = RecordBatchFormat.NoLeaderEpoch)
    {
        Span<byte> batch = destination[..SizeBytes];
        batch.Clear();
        RecordBatchPatch.AssignOffsets(batch, baseOffset, leaderEpoch);
        BinaryPrimitives.WriteInt32BigEndian(batch[RecordBatchFormat.LengthPosition..], SizeBytes - RecordBatchFormat.LogOverheadBytes);
        batch[RecordBatchFormat.MagicPosition] = RecordBatchFormat.CurrentMagic;
        const short attributes = RecordBatchFormat.ControlMask | RecordBatchFormat.TransactionalMask;
        BinaryPrimitives.WriteInt16BigEndian(batch[RecordBatchFormat.AttributesPosition..], attributes);
        BinaryPrimitives.WriteInt64BigEndian(batch[RecordBatchFormat.BaseTimestampPosition..], timestampMs);
        BinaryPrimitives.WriteInt64BigEndian(batch[RecordBatchFormat.MaxTimestampPosition..], timestampMs);
        BinaryPrimitives.WriteInt64BigEndian(batch[RecordBatchFormat.ProducerIdPosition..], producerId);
        BinaryPrimitives.WriteInt16BigEndian(batch[RecordBatchFormat.ProducerEpochPosition..], producerEpoch);
        BinaryPrimitives.WriteInt32BigEndian(batch[RecordBatchFormat.BaseSequencePosition..], RecordBatchFormat.NoSequence);
        BinaryPrimitives.WriteInt32BigEndian(batch[RecordBatchFormat.RecordsCountPosition..], 1);

        Span<byte> record = batch[RecordBatchFormat.RecordsPosition..];
        RecordTemplate.CopyTo(record);
        ControlRecordType type = isCommit ? ControlRecordType.Commit : ControlRecordType.Abort;
        BinaryPrimitives.WriteInt16BigEndian(record[TypePosition..], (short)type);
        BinaryPrimitives.WriteInt32BigEndian(record[CoordinatorEpochPosition..], coordinatorEpoch);
        RecordBatchPatch.WriteCrc(batch);
    }

    /// <summary>Reads the value of a record whose key says commit or abort.</summary>
    /// <param name="value">The record's value. Newer versions and bytes behind the sixth are accepted.</param>
    /// <param name="coordinatorEpoch">What <see cref="Write"/> got; -1 on failure.</param>
    /// <returns>False if the value is shorter than six bytes or its version negative.</returns>
    public static bool TryReadValue(ReadOnlySpan<byte> value, out int coordinatorEpoch)
    {
        coordinatorEpoch = -1;
        if (value.Length < ValueBytes || BinaryPrimitives.ReadInt16BigEndian(value) < 0) return false;
        coordinatorEpoch = BinaryPrimitives.ReadInt32BigEndian(value[sizeof(short)..]);
        return true;
    }
}
