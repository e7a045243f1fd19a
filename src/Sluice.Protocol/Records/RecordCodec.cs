using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Sluice.Protocol.Records.Compression;

namespace Sluice.Protocol.Records;

/// <summary>Compresses and decompresses the records of a batch in the framing that each codec has inside batches: docs/formats/record-batch.md.</summary>
/// <remarks>Safe for any number of threads at once. Large working memory is pooled, so that a steady load allocates none.</remarks>
public static class RecordCodec
{
    /// <summary>The level that Kafka's <c>compression.gzip.level</c> has by default: zlib's own choice.</summary>
    public const int GzipLevelDefault = -1;

    /// <summary>The level that Kafka's <c>compression.lz4.level</c> has by default: the fast compressor, not the ninth of the thorough ones.</summary>
    public const int Lz4LevelDefault = 9;

    /// <summary>The level that Kafka's <c>compression.zstd.level</c> has by default.</summary>
    public const int ZstdLevelDefault = 3;

    /// <summary>The level that a codec has by default.</summary>
    /// <param name="type">Any.</param>
    /// <returns>A level for <see cref="Compress"/>; 0 where levels mean nothing.</returns>
    public static int DefaultLevel(CompressionType type) => type switch
    {
        CompressionType.Gzip => GzipLevelDefault,
        CompressionType.Lz4 => Lz4LevelDefault,
        CompressionType.Zstd => ZstdLevelDefault,
        _ => 0,
    };

    /// <summary>Decompresses the payload of a batch, or copies it where it is not compressed.</summary>
    /// <param name="type">Codec as the batch names it; a value outside the enumeration is an error, not an exception.</param>
    /// <param name="payload">Everything behind the batch's header.</param>
    /// <param name="maxBytes">Most bytes to put out; 0 or more. Whether the content is longer is found out by decompressing that far.</param>
    /// <param name="output">Gets the records. On failure it may have got a beginning of them.</param>
    /// <param name="error">The reason when the result is false.</param>
    /// <returns>Whether <paramref name="output"/> got everything.</returns>
    /// <remarks>
    /// Lengths that the payload claims are not believed: <paramref name="output"/> is asked for no more than the bytes at hand could
    /// expand to, piece by piece. Bytes behind the end of a gzip or lz4 stream are ignored, as Kafka's readers ignore them.
    /// </remarks>
    public static bool TryDecompress(
        CompressionType type,
        ReadOnlySpan<byte> payload,
        int maxBytes,
        IBufferWriter<byte> output,
        out DecompressError error)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentOutOfRangeException.ThrowIfNegative(maxBytes);
        var limited = new LimitedOutput(output, maxBytes);
        error = type switch
        {
            CompressionType.None => limited.TryWrite(payload) ? DecompressError.None : DecompressError.OutputTooLarge,
            CompressionType.Gzip => GzipCodec.Decompress(payload, ref limited),
            CompressionType.Snappy => SnappyCodec.Decompress(payload, ref limited),
            CompressionType.Lz4 => Lz4FrameCodec.Decompress(payload, ref limited),
            CompressionType.Zstd => ZstdCodec.Decompress(payload, ref limited),
            _ => DecompressError.UnknownCodec,
        };
        return error == DecompressError.None;
    }

    /// <summary>Compresses records, or copies them for <see cref="CompressionType.None"/>.</summary>
    /// <param name="type">A codec of the enumeration.</param>
    /// <param name="level">gzip: -1 to 9 without 0. lz4: 1 to 17. zstd: -131072 to 22. The others have none and do not look at it.</param>
    /// <param name="records">The concatenated records; may be empty.</param>
    /// <param name="output">Gets the payload.</param>
    /// <exception cref="ArgumentOutOfRangeException">The codec does not exist, or does not have the level.</exception>
    public static void Compress(CompressionType type, int level, ReadOnlySpan<byte> records, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (!IsValidLevel(type, level)) ThrowLevel(type, level);
        switch (type)
        {
            case CompressionType.None: output.Write(records); break;
            case CompressionType.Gzip: GzipCodec.Compress(level, records, output); break;
            case CompressionType.Snappy: SnappyCodec.Compress(records, output); break;
            case CompressionType.Lz4: Lz4FrameCodec.Compress(level, records, output); break;
            case CompressionType.Zstd: ZstdCodec.Compress(level, records, output); break;
            default: throw new ArgumentOutOfRangeException(nameof(type), type, "No such codec.");
        }
    }

    /// <summary>Whether a codec has a level, in the ranges that Kafka's topic settings have.</summary>
    /// <param name="type">Any.</param>
    /// <param name="level">Any.</param>
    /// <returns>True for every level where levels mean nothing.</returns>
    public static bool IsValidLevel(CompressionType type, int level) => type switch
    {
        CompressionType.Gzip => level is GzipLevelDefault or (>= 1 and <= 9),
        CompressionType.Lz4 => level is >= 1 and <= 17,
        CompressionType.Zstd => level is >= -131072 and <= 22,
        _ => true,
    };

    [DoesNotReturn]
    private static void ThrowLevel(CompressionType type, int level) =>
        throw new ArgumentOutOfRangeException(nameof(level), level, $"{type} has no such level.");
}
