namespace Sluice.Protocol.Records;

/// <summary>How the records of one batch are compressed; the values are those of attribute bits 0 to 2.</summary>
/// <remarks>A batch from the wire can carry 5, 6 or 7, which name no codec: ask <see cref="RecordBatchView.HasKnownCompression"/>.</remarks>
public enum CompressionType : byte
{
    /// <summary>The records stand in the batch as they are.</summary>
    None = 0,

    /// <summary>RFC 1952 members.</summary>
    Gzip = 1,

    /// <summary>Snappy blocks behind the 16-byte stream header that snappy-java introduced.</summary>
    Snappy = 2,

    /// <summary>One LZ4 frame of independent blocks.</summary>
    Lz4 = 3,

    /// <summary>RFC 8878 frames.</summary>
    Zstd = 4,
}
