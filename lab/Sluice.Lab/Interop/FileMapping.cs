namespace Sluice.Lab.Interop;

/// <summary>A region of a file, mapped to be read. mmap(2).</summary>
internal sealed unsafe class FileMapping : IDisposable
{
    private const long PageBytes = 4096;

    private readonly void* _address;
    private readonly nuint _mappedBytes;

    /// <summary>Maps a region, wherever it begins.</summary>
    /// <exception cref="IOException">The kernel refused.</exception>
    internal FileMapping(int fileFd, long positionBytes, long lengthBytes)
    {
        long beforeBytes = positionBytes % PageBytes;
        _mappedBytes = (nuint)(lengthBytes + beforeBytes);
        _address = LibC.mmap(null, _mappedBytes, LibC.PROT_READ, LibC.MAP_SHARED, fileFd, positionBytes - beforeBytes);
        if (_address == LibC.MAP_FAILED) throw new IOException($"mmap: {LibC.LastErrorMessage()}");
        _ = LibC.madvise(_address, _mappedBytes, LibC.MADV_SEQUENTIAL);
        Bytes = (byte*)_address + beforeBytes;
    }

    /// <summary>The region's first byte; valid until disposed. Where the file ends earlier, touching it raises SIGBUS, and a system call fails with EFAULT.</summary>
    internal byte* Bytes { get; }

    /// <inheritdoc/>
    public void Dispose() => _ = LibC.munmap(_address, _mappedBytes);
}
