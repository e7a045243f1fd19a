using System.Buffers;
using ZstdSharp.Unsafe;

namespace Sluice.Protocol.Records.Compression;

/// <summary>zstd inside batches: RFC 8878 frames. One without a content size is written, any number are read.</summary>
internal static unsafe class ZstdCodec
{
    // Up to this window a frame is decoded as a stream, whose context then holds a buffer of that size. It covers every level
    // up to 19; frames with a larger one are decoded straight into their destination and need no buffer of their own.
    private const ulong StreamWindowBytesMax = 8 << 20;

    // The largest window that Kafka's readers accept, zstd's own default.
    private const ulong WindowBytesMax = 1 << 27;

    private const int FirstPieceBytes = 4 * 1024;
    private const int PieceBytesMax = 128 * 1024;

    private static readonly ZstdContextPool<ZstdDecompressContext> Decompressors = new();
    private static readonly ZstdContextPool<ZstdCompressContext> Compressors = new();

    internal static DecompressError Decompress(ReadOnlySpan<byte> payload, ref LimitedOutput output)
    {
        ZstdDecompressContext context = Decompressors.Rent();
        try
        {
            fixed (byte* input = payload)
            {
                return DecompressStream(context, input, payload.Length, ref output);
            }
        }
        finally
        {
            Decompressors.Return(context);
        }
    }

    internal static void Compress(int level, ReadOnlySpan<byte> records, IBufferWriter<byte> output)
    {
        ZstdCompressContext context = Compressors.Rent();
        try
        {
            nuint roomBytes = Methods.ZSTD_compressBound((nuint)records.Length);
            Span<byte> place = output.GetSpan(checked((int)roomBytes));
            fixed (byte* input = records)
            fixed (byte* destination = place)
            {
                nuint frameBytes = context.Compress(level, destination, (nuint)place.Length, input, (nuint)records.Length);
                output.Advance((int)frameBytes);
            }
        }
        finally
        {
            Compressors.Return(context);
        }
    }

    private static DecompressError DecompressStream(ZstdDecompressContext context, byte* input, int inputBytes, ref LimitedOutput output)
    {
        context.Reset(StreamWindowBytesMax);
        var source = new ZSTD_inBuffer_s { src = input, size = (nuint)inputBytes, pos = 0 };
        nuint frameStart = 0;
        int pieceBytes = FirstPieceBytes;
        Span<byte> probe = stackalloc byte[1];
        while (true)
        {
            if (source.pos == source.size && frameStart == source.size) return DecompressError.None;
            bool isFull = output.RemainingBytes == 0;
            Span<byte> room = isFull ? probe : output.GetSpanWithinLimit(pieceBytes);
            pieceBytes = Math.Min(2 * pieceBytes, PieceBytesMax);
            nuint result;
            int writtenBytes;
            fixed (byte* destination = room)
            {
                var target = new ZSTD_outBuffer_s { dst = destination, size = (nuint)room.Length, pos = 0 };
                result = Methods.ZSTD_decompressStream(context.Handle, &target, &source);
                writtenBytes = (int)target.pos;
            }

            if (Methods.ZSTD_isError(result))
            {
                return Methods.ZSTD_getErrorCode(result) == ZSTD_ErrorCode.ZSTD_error_frameParameter_windowTooLarge
                    ? DecompressFrames(context, input + frameStart, source.size - frameStart, ref output)
                    : DecompressError.Corrupt;
            }

            if (isFull && writtenBytes > 0) return DecompressError.OutputTooLarge;
            if (!isFull) output.Advance(writtenBytes);
            if (result == 0) frameStart = source.pos;
            else if (source.pos == source.size && writtenBytes < room.Length) return DecompressError.Corrupt;
        }
    }

    // For frames with large windows. The output is its own window here, so it must be one piece that holds all of it: the piece is
    // doubled until it does, which costs at most twice the work and never more memory than twice the content.
    private static DecompressError DecompressFrames(ZstdDecompressContext context, byte* input, nuint inputBytes, ref LimitedOutput output)
    {
        ZSTD_frameHeader header;
        if (Methods.ZSTD_getFrameHeader(&header, input, inputBytes) != 0 || header.windowSize > WindowBytesMax) return DecompressError.Corrupt;
        for (long wantedBytes = PieceBytesMax; ; wantedBytes *= 2)
        {
            bool isLast = wantedBytes >= output.RemainingBytes;
            int roomBytes = isLast ? output.RemainingBytes : (int)wantedBytes;
            context.Reset(StreamWindowBytesMax);
            nuint result;
            fixed (byte* destination = output.GetSpan(Math.Max(roomBytes, 1)))
            {
                result = Methods.ZSTD_decompressDCtx(context.Handle, destination, (nuint)roomBytes, input, inputBytes);
            }

            if (!Methods.ZSTD_isError(result))
            {
                output.Advance((int)result);
                return DecompressError.None;
            }

            if (Methods.ZSTD_getErrorCode(result) != ZSTD_ErrorCode.ZSTD_error_dstSize_tooSmall) return DecompressError.Corrupt;
            if (isLast) return DecompressError.OutputTooLarge;
        }
    }
}
