namespace Sluice.Transfer.Residency;

/// <summary>Reads file bytes into memory for the channels that copy.</summary>
internal abstract class RegionReader
{
    /// <summary>Reads some bytes of a region, at least one.</summary>
    /// <param name="region">Held by the caller.</param>
    /// <param name="doneBytes">Where in the region to read; less than its length.</param>
    /// <param name="buffer">Not empty, no longer than what is left. If this throws, the buffer may still be written to: it must not be used again.</param>
    /// <param name="cancellationToken">Ends the wait for the disk, at once and for good: the reader is of no further use.</param>
    /// <returns>How many bytes were read, and by how many of them an I/O thread was needed.</returns>
    /// <exception cref="TransferException">The file is too short, or cannot be read.</exception>
    public abstract ValueTask<RegionRead> ReadAsync(FileRegion region, int doneBytes, Memory<byte> buffer, CancellationToken cancellationToken);
}

/// <summary>What a read brought.</summary>
/// <param name="LengthBytes">1 or more.</param>
/// <param name="WasCold">Whether an I/O thread had to wait for the disk.</param>
internal readonly record struct RegionRead(int LengthBytes, bool WasCold);
