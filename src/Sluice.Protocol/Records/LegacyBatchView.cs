using System.Buffers.Binary;

namespace Sluice.Protocol.Records;

/// <summary>Describes one message, or one compressed set of messages, with magic 0 or 1, as old segments may still hold them.</summary>
/// <remarks>
/// Nothing writes these formats and no client can send them; a log that was begun long ago must still be indexed, recovered and
/// served. The view says as much as that takes and does not look inside. Borrows its bytes and checks nothing: send them through
/// <see cref="RecordBatchValidator"/> first and use the view for <see cref="RecordBatchStatus.Legacy"/>.
/// </remarks>
public readonly ref struct LegacyBatchView
{
    /// <summary>Bytes from the start that every property needs, <see cref="IsCrcValid"/> excepted.</summary>
    public const int HeaderBytes = 26;

    internal const int SizeBytesMinMagic0 = 26;
    internal const int SizeBytesMinMagic1 = 34;

    private const int CrcPosition = 12;
    private const int AttributesPosition = 17;
    private const int TimestampPosition = 18;

    private readonly ReadOnlySpan<byte> _batch;

    /// <summary>Looks at a message without copying it.</summary>
    /// <param name="batch">At least <see cref="HeaderBytes"/>, starting with the offset; borrowed for the life of the view.</param>
    public LegacyBatchView(ReadOnlySpan<byte> batch) => _batch = batch;

    /// <summary>Absolute offset of the message, or of the last one in a compressed set.</summary>
    public long LastOffset => BinaryPrimitives.ReadInt64BigEndian(_batch);

    /// <summary>Bytes of the whole entry as it claims, offset and size field included; <see cref="int.MaxValue"/> where that overflows.</summary>
    public int SizeBytes => RecordBatchView.ReadSizeBytes(_batch);

    /// <summary>0 or 1.</summary>
    public byte Magic => _batch[RecordBatchFormat.MagicPosition];

    /// <summary>Codec of the set, or <see cref="CompressionType.None"/> for a single message; never <see cref="CompressionType.Zstd"/> in sound data.</summary>
    public CompressionType CompressionType => (CompressionType)(_batch[AttributesPosition] & RecordBatchFormat.CompressionMask);

    /// <summary>Whose clock <see cref="MaxTimestamp"/> comes from; magic 0 knows only <see cref="TimestampType.CreateTime"/>.</summary>
    public TimestampType TimestampType => Magic == 1 && (_batch[AttributesPosition] & RecordBatchFormat.TimestampTypeMask) != 0
        ? TimestampType.LogAppendTime
        : TimestampType.CreateTime;

    /// <summary>Milliseconds since the Unix epoch, the largest of a compressed set; -1 with magic 0.</summary>
    public long MaxTimestamp => Magic == 1
        ? BinaryPrimitives.ReadInt64BigEndian(_batch[TimestampPosition..])
        : RecordBatchFormat.NoTimestamp;

    /// <summary>Computes the CRC-32 of the whole entry and compares it with the one it claims.</summary>
    /// <returns>False also when the bytes at hand are fewer than <see cref="SizeBytes"/>, or that is smaller than a message can be.</returns>
    public bool IsCrcValid()
    {
        if (_batch.Length < HeaderBytes) return false;
        int sizeBytes = SizeBytes;
        return sizeBytes >= SizeBytesMinMagic0
            && sizeBytes <= _batch.Length
            && Crc32.Compute(_batch[RecordBatchFormat.MagicPosition..sizeBytes]) == BinaryPrimitives.ReadUInt32BigEndian(_batch[CrcPosition..]);
    }
}
