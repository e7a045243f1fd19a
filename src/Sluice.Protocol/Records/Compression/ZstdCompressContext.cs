using System.Diagnostics;
using ZstdSharp.Unsafe;

namespace Sluice.Protocol.Records.Compression;

/// <summary>A compression context of the zstd library. Owned by whoever rented it; freed by <see cref="Dispose"/> only.</summary>
internal sealed unsafe class ZstdCompressContext : IZstdContext<ZstdCompressContext>
{
    private ZSTD_CCtx_s* _handle;

    private ZstdCompressContext(ZSTD_CCtx_s* handle)
    {
        _handle = handle;

        // Kafka's frames carry no content size because its writer streams. The library knows the size all the same and
        // keeps the window, and so the memory on both sides, no larger than the content.
        Methods.ZSTD_CCtx_setParameter(handle, ZSTD_cParameter.ZSTD_c_contentSizeFlag, 0);
    }

    public long SizeBytes => (long)Methods.ZSTD_sizeof_CCtx(_handle);

    public static ZstdCompressContext Create()
    {
        ZSTD_CCtx_s* handle = Methods.ZSTD_createCCtx();
        if (handle is null) throw new InsufficientMemoryException("No memory for a zstd compression context.");
        return new ZstdCompressContext(handle);
    }

    /// <summary>Writes one frame.</summary>
    /// <param name="level">-131072 to 22.</param>
    /// <param name="destination">Room for the library's bound.</param>
    /// <param name="destinationBytes">Bytes of that room.</param>
    /// <param name="source">What to compress.</param>
    /// <param name="sourceBytes">Bytes of that.</param>
    /// <returns>Bytes of the frame.</returns>
    internal nuint Compress(int level, byte* destination, nuint destinationBytes, byte* source, nuint sourceBytes)
    {
        Methods.ZSTD_CCtx_reset(_handle, ZSTD_ResetDirective.ZSTD_reset_session_only);
        Methods.ZSTD_CCtx_setParameter(_handle, ZSTD_cParameter.ZSTD_c_compressionLevel, level);
        nuint frameBytes = Methods.ZSTD_compress2(_handle, destination, destinationBytes, source, sourceBytes);
        if (!Methods.ZSTD_isError(frameBytes)) return frameBytes;
        if (Methods.ZSTD_getErrorCode(frameBytes) == ZSTD_ErrorCode.ZSTD_error_memory_allocation)
            throw new InsufficientMemoryException($"No memory to compress {sourceBytes} bytes at zstd level {level}.");
        throw new UnreachableException($"zstd refused to compress: {Methods.ZSTD_getErrorCode(frameBytes)}.");
    }

    public void Dispose()
    {
        Methods.ZSTD_freeCCtx(_handle);
        _handle = null;
    }
}
