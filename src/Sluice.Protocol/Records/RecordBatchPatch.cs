using System.Buffers.Binary;

namespace Sluice.Protocol.Records;

/// <summary>Changes, in place, the few header fields that a leader may change in a producer's batch.</summary>
/// <remarks>Every method wants a whole batch with magic 2 that <see cref="RecordBatchValidator"/> accepted, and leaves its CRC valid.</remarks>
public static class RecordBatchPatch
{
    /// <summary>Writes base offset and leader epoch. They lie outside the CRC, so this costs twelve bytes whatever the batch's size.</summary>
    /// <param name="batch">At least 17 bytes; only the first 16 are touched.</param>
    /// <param name="baseOffset">Absolute offset for the first record slot.</param>
    /// <param name="leaderEpoch">0 or more, or -1 = none.</param>
    public static void AssignOffsets(Span<byte> batch, long baseOffset, int leaderEpoch)
    {
        BinaryPrimitives.WriteInt64BigEndian(batch, baseOffset);
        BinaryPrimitives.WriteInt32BigEndian(batch[RecordBatchFormat.PartitionLeaderEpochPosition..], leaderEpoch);
    }

    /// <summary>Makes timestamp type and maximum timestamp what they should be; rewrites the CRC only if either was different.</summary>
    /// <param name="batch">The whole batch; bytes behind it are left alone.</param>
    /// <param name="timestampType">For <see cref="TimestampType.LogAppendTime"/> every record reads as <paramref name="maxTimestamp"/> from now on.</param>
    /// <param name="maxTimestamp">Milliseconds since the Unix epoch, or -1.</param>
    /// <returns>Whether anything was written. Then the unused bits of the attributes, from bit 7 up, are 0 as well, which is what Kafka leaves behind.</returns>
    public static bool SetTimestamp(Span<byte> batch, TimestampType timestampType, long maxTimestamp)
    {
        var view = new RecordBatchView(batch);
        if (view.TimestampType == timestampType && view.MaxTimestamp == maxTimestamp) return false;

        int timestampTypeBit = timestampType == TimestampType.LogAppendTime ? RecordBatchFormat.TimestampTypeMask : 0;
        int attributes = (view.Attributes & 0x7F & ~RecordBatchFormat.TimestampTypeMask) | timestampTypeBit;
        BinaryPrimitives.WriteInt16BigEndian(batch[RecordBatchFormat.AttributesPosition..], (short)attributes);
        BinaryPrimitives.WriteInt64BigEndian(batch[RecordBatchFormat.MaxTimestampPosition..], maxTimestamp);
        WriteCrc(batch);
        return true;
    }

    /// <summary>Computes the CRC of a batch whose covered bytes were changed, and writes it.</summary>
    /// <param name="batch">The whole batch; its length field says where it ends.</param>
    public static void WriteCrc(Span<byte> batch)
    {
        uint crc = Crc32C.Compute(batch[RecordBatchFormat.AttributesPosition..RecordBatchView.ReadSizeBytes(batch)]);
        BinaryPrimitives.WriteUInt32BigEndian(batch[RecordBatchFormat.CrcPosition..], crc);
    }
}
