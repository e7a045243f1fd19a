using Sluice.Log.Segments;
using Sluice.Transfer;

namespace Sluice.Log;

/// <summary>Tells which batches lie in a region that a read returned, from their headers alone.</summary>
public static class RegionBatches
{
    /// <summary>Lists batches from the region's beginning on.</summary>
    /// <param name="region">As <see cref="LogReadResult.Region"/>; stays the caller's.</param>
    /// <param name="fromOffset">Where counting begins: earlier records of the first batch are not wanted.</param>
    /// <param name="recordsMax">Ends the list with the batch in which that many offsets from <paramref name="fromOffset"/> on are reached; 1 or more.</param>
    /// <param name="batches">Cleared and filled.</param>
    /// <param name="mayWait">Whether a header that is not in memory is read from the disk at once.</param>
    /// <param name="cold">What must be read in before it is tried again, with a reference that the caller gives back; null if the list is complete.</param>
    /// <exception cref="IOException">The disk refused.</exception>
    /// <exception cref="InvalidDataException">The region does not consist of batches.</exception>
    public static void Collect(in FileRegion region, long fromOffset, int recordsMax, List<BatchSpan> batches, bool mayWait, out FileRegion? cold)
    {
        ArgumentNullException.ThrowIfNull(batches);
        ArgumentOutOfRangeException.ThrowIfLessThan(recordsMax, 1);
        batches.Clear();
        cold = null;
        long endPositionBytes = region.PositionBytes + region.LengthBytes;
        Span<byte> window = stackalloc byte[BatchHeaderScanner.WindowBytes];
        var scanner = new BatchHeaderScanner(region.File, region.PositionBytes, endPositionBytes, window, mayWait);
        while (scanner.MoveNext())
        {
            BatchHeader header = scanner.Current;
            batches.Add(new BatchSpan(header.BaseOffset, header.LastOffset, header.SizeBytes, header.ProducerId, header.IsTransactional, header.IsControl));
            if (header.LastOffset - fromOffset + 1 >= recordsMax) return;
        }

        if (scanner.IsCold)
        {
            // The region's own reference keeps the file open meanwhile.
            FileRegion range = scanner.ColdRange;
            ObjectDisposedException.ThrowIf(!range.File.TryAddReference(), range.File);
            cold = range;
        }
        else if (scanner.NextPositionBytes != endPositionBytes)
        {
            throw new InvalidDataException($"{region.File.Path} has no batch at position {scanner.NextPositionBytes}: {scanner.Status}");
        }
    }
}
