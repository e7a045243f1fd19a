using Sluice.Transfer.Interop;

namespace Sluice.Transfer.Residency;

/// <summary>Tells, before a range of a file is sent, how much of it is in memory.</summary>
/// <remarks>
/// <para>
/// A probe must cost little beside the send that it guards, and counting every page of a chunk may not (docs/internals/transfer.md
/// has the measurement): so a reader whose chunks were all in memory is probed by a sample, the first and the last page. That
/// finds what happens to a log in practice: pages are evicted and read in from low positions to high ones, and a gap in a range that both ends of a chunk
/// miss is shorter than the chunk. A reader that did meet the disk is in cold country and is probed page by page, where a
/// few microseconds no longer matter, until <see cref="ExactChunks"/> chunks in a row were in memory.
/// </para>
/// <para>
/// Pages are counted before a read that may not wait is tried on one of them, because since Linux 6.14 such a read begins to
/// read in what it misses; where the disk is quick it even brings it, and a cold chunk would pass for one in memory.
/// </para>
/// <para>
/// The answer is a hint: pages may be evicted before they are sent. What the kernel cannot tell counts as in memory.
/// </para>
/// </remarks>
/// <param name="kernel">Answers the calls.</param>
internal struct ResidencyProbe<TKernel>(TKernel kernel)
    where TKernel : struct, IKernel
{
    /// <summary>Chunks in memory, one after the other, after which a reader is probed by a sample again.</summary>
    internal const int ExactChunks = 16;

    /// <summary>How finely a chunk that is partly in memory is divided.</summary>
    private const int StepBytes = 64 << 10;

    private int _exactChunksLeft;

    /// <summary>How many bytes from the start of a range can be sent without waiting for the disk.</summary>
    /// <returns>0 if the range begins cold; its length if all of it seems to be in memory.</returns>
    public int ResidentPrefixBytes(TransferFile file, long positionBytes, int lengthBytes)
    {
        bool isExact = _exactChunksLeft > 0;
        if (IsResident(file, positionBytes, lengthBytes, isExact))
        {
            _exactChunksLeft -= isExact ? 1 : 0;
            return lengthBytes;
        }

        _exactChunksLeft = ExactChunks;
        int residentBytes = 0;
        while (residentBytes < lengthBytes)
        {
            int stepBytes = Math.Min(StepBytes - (int)((positionBytes + residentBytes) % StepBytes), lengthBytes - residentBytes);
            if (!IsResident(file, positionBytes + residentBytes, stepBytes, isExact: true))
            {
                break;
            }

            residentBytes += stepBytes;
        }

        return residentBytes;
    }

    private readonly bool IsResident(TransferFile file, long positionBytes, int lengthBytes, bool isExact)
    {
        // Ends first, the last page before the first. Only the last one is read from: a range that is being read in right now
        // lacks its end, and cachestat counts pages whose read has only begun.
        long lastPositionBytes = positionBytes + lengthBytes - 1;
        if (!AreAllPagesCached(file, lastPositionBytes, 1) || !IsByteReadable(file, lastPositionBytes))
        {
            return false;
        }

        if ((file.Limits & FileLimits.NoCacheStat) != 0)
        {
            return IsByteReadable(file, positionBytes);
        }

        bool isSampled = !isExact && (file.Limits & FileLimits.NoReadNoWait) == 0;
        return AreAllPagesCached(file, positionBytes, isSampled ? 1 : lengthBytes);
    }

    /// <summary>Whether a read gets the byte without waiting; true where the file system cannot be asked.</summary>
    private readonly bool IsByteReadable(TransferFile file, long positionBytes)
    {
        if ((file.Limits & FileLimits.NoReadNoWait) != 0)
        {
            return true;
        }

        Span<byte> one = stackalloc byte[1];
        nint read;
        do
        {
            read = kernel.ReadNoWait(file.Handle, one, positionBytes);
        }
        while (read == -Errno.EINTR);

        switch ((int)-read)
        {
            case Errno.EAGAIN:
                return false;
            case Errno.EOPNOTSUPP or Errno.ENOSYS or Errno.EINVAL:
                file.AddLimit(FileLimits.NoReadNoWait);
                return true;
            default:
                // The byte, or the end of the file, or an error that the send itself will meet and report.
                return true;
        }
    }

    /// <summary>Whether every page of a range is in memory or on its way there; true where that cannot be counted.</summary>
    private readonly bool AreAllPagesCached(TransferFile file, long positionBytes, int lengthBytes)
    {
        if ((file.Limits & FileLimits.NoCacheStat) != 0)
        {
            return true;
        }

        long pageBytes = Environment.SystemPageSize;
        long pagesCount = ((positionBytes + lengthBytes - 1) / pageBytes) - (positionBytes / pageBytes) + 1;
        nint cachedCount = kernel.CountCachedPages(file.Handle, positionBytes, lengthBytes);
        if (cachedCount < 0)
        {
            file.AddLimit(FileLimits.NoCacheStat);
            return true;
        }

        return cachedCount >= pagesCount;
    }
}
