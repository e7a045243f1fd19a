using Sluice.Transfer.Channels;

namespace Sluice.Transfer.Residency;

/// <summary>Reads through .NET, which waits for the disk on the thread pool where the system has no better way.</summary>
internal sealed class PortableRegionReader : RegionReader
{
    public override async ValueTask<RegionRead> ReadAsync(
        FileRegion region, int doneBytes, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        int read;
        try
        {
            read = await RandomAccess.ReadAsync(region.File.Handle, buffer, region.PositionBytes + doneBytes, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TransferException(TransferFailure.FileUnreadable, $"'{region.File.Path}' cannot be read: {e.Message}", e);
        }

        return read > 0 ? new RegionRead(read, WasCold: false) : throw Failures.ShortFile(region, doneBytes);
    }
}
