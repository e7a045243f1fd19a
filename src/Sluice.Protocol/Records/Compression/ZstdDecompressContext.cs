using ZstdSharp.Unsafe;

namespace Sluice.Protocol.Records.Compression;

/// <summary>A decompression context of the zstd library. Owned by whoever rented it; freed by <see cref="Dispose"/> only.</summary>
internal sealed unsafe class ZstdDecompressContext : IZstdContext<ZstdDecompressContext>
{
    private ZstdDecompressContext(ZSTD_DCtx_s* handle) => Handle = handle;

    /// <summary>For the library's functions; null after <see cref="Dispose"/>.</summary>
    internal ZSTD_DCtx_s* Handle { get; private set; }

    public long SizeBytes => (long)Methods.ZSTD_sizeof_DCtx(Handle);

    public static ZstdDecompressContext Create()
    {
        ZSTD_DCtx_s* handle = Methods.ZSTD_createDCtx();
        if (handle is null) throw new InsufficientMemoryException("No memory for a zstd decompression context.");
        return new ZstdDecompressContext(handle);
    }

    /// <summary>Makes the context ready for the first byte of a frame.</summary>
    /// <param name="windowBytesMax">Largest window that streaming may allocate a buffer for.</param>
    internal void Reset(ulong windowBytesMax)
    {
        Methods.ZSTD_DCtx_reset(Handle, ZSTD_ResetDirective.ZSTD_reset_session_only);
        Methods.ZSTD_DCtx_setMaxWindowSize(Handle, (nuint)windowBytesMax);
    }

    public void Dispose()
    {
        Methods.ZSTD_freeDCtx(Handle);
        Handle = null;
    }
}
