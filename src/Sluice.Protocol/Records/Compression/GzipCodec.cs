using System.Buffers;
using System.IO.Compression;

namespace Sluice.Protocol.Records.Compression;

/// <summary>gzip inside batches: one RFC 1952 member is written, several in a row are read.</summary>
internal static class GzipCodec
{
    private const int FirstPieceBytes = 4 * 1024;
    private const int PieceBytesMax = 64 * 1024;

    // GZipStream writes nothing at all for no content, which is no member.
    private static ReadOnlySpan<byte> EmptyMember => [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    internal static unsafe DecompressError Decompress(ReadOnlySpan<byte> payload, ref LimitedOutput output)
    {
        fixed (byte* start = payload)
        {
            using var input = new GzipInput(start, payload.Length);
            using var gzip = new GZipStream(input, CompressionMode.Decompress);
            try
            {
                return Decompress(input, gzip, ref output);
            }
            catch (InvalidDataException)
            {
                // How the inflater reports damage; there is nothing in it beyond the fact.
                return DecompressError.Corrupt;
            }
        }
    }

    internal static void Compress(int level, ReadOnlySpan<byte> records, IBufferWriter<byte> output)
    {
        if (records.IsEmpty)
        {
            output.Write(EmptyMember);
            return;
        }

        using var destination = new BufferWriterStream(output);
        using var gzip = new GZipStream(destination, new ZLibCompressionOptions { CompressionLevel = level });
        gzip.Write(records);
    }

    private static DecompressError Decompress(GzipInput input, GZipStream gzip, ref LimitedOutput output)
    {
        Span<byte> probe = stackalloc byte[1];
        for (int pieceBytes = FirstPieceBytes; ; pieceBytes = Math.Min(2 * pieceBytes, PieceBytesMax))
        {
            bool isFull = output.RemainingBytes == 0;
            int readBytes = gzip.Read(isFull ? probe : output.GetSpanWithinLimit(pieceBytes));
            if (readBytes == 0) return input.IsExhausted ? DecompressError.Corrupt : DecompressError.None;
            if (isFull) return DecompressError.OutputTooLarge;
            output.Advance(readBytes);
        }
    }
}
