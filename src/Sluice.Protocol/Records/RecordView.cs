namespace Sluice.Protocol.Records;

/// <summary>One record, where it lies in the uncompressed payload of its batch. Borrows those bytes.</summary>
/// <remarks>Comes from <see cref="RecordReader"/> only, which has checked everything that can be reached from here.</remarks>
public readonly ref struct RecordView
{
    private readonly ReadOnlySpan<byte> _key;
    private readonly ReadOnlySpan<byte> _value;
    private readonly RecordFlags _flags;

    internal RecordView(
        int sizeBytes,
        long timestampDelta,
        int offsetDelta,
        NullableBytes key,
        NullableBytes value,
        ReadOnlySpan<byte> rawHeaders,
        int headersCount)
    {
        SizeBytes = sizeBytes;
        TimestampDelta = timestampDelta;
        OffsetDelta = offsetDelta;
        _key = key.Bytes;
        _value = value.Bytes;
        _flags = (key.IsNull ? RecordFlags.KeyNull : 0) | (value.IsNull ? RecordFlags.ValueNull : 0);
        RawHeaders = rawHeaders;
        HeadersCount = headersCount;
    }

    [Flags]
    private enum RecordFlags : byte
    {
        KeyNull = 1,
        ValueNull = 2,
    }

    /// <summary>Bytes of the whole record, its length field included.</summary>
    public int SizeBytes { get; }

    /// <summary>Milliseconds after the batch's base timestamp, of either sign: see <see cref="RecordBatchView.TimestampOf"/>.</summary>
    public long TimestampDelta { get; }

    /// <summary>The record's offset less the batch's base offset; what the producer wrote, not checked.</summary>
    public int OffsetDelta { get; }

    /// <summary>Whether there is no key, which is not the same as an empty one.</summary>
    public bool IsKeyNull => (_flags & RecordFlags.KeyNull) != 0;

    /// <summary>The key; empty when <see cref="IsKeyNull"/>.</summary>
    public ReadOnlySpan<byte> Key => _key;

    /// <summary>Whether there is no value: in a compacted topic the record is a tombstone.</summary>
    public bool IsValueNull => (_flags & RecordFlags.ValueNull) != 0;

    /// <summary>The value; empty when <see cref="IsValueNull"/>.</summary>
    public ReadOnlySpan<byte> Value => _value;

    /// <summary>How many headers <see cref="Headers"/> walks.</summary>
    public int HeadersCount { get; }

    /// <summary>The headers in their order; costs nothing until it is walked.</summary>
    public RecordHeaderEnumerator Headers => new(RawHeaders, HeadersCount);

    /// <summary>The headers as they stand in the record, without their count.</summary>
    internal ReadOnlySpan<byte> RawHeaders { get; }
}
