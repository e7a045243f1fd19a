using Sluice.Protocol;
using Sluice.Transfer;

namespace Sluice.Broker.Fetching;

/// <summary>The records of one partition in a fetch answer: a region of a segment file, never bytes.</summary>
/// <remarks>
/// Owned by a <see cref="FetchTarget"/> and reused. Holds the region's file reference until <see cref="Take"/> hands it
/// to the response frame or <see cref="Release"/> drops it.
/// </remarks>
internal sealed class FileRecords : IExternalRecords
{
    private FileRegion _region;
    private bool _held;

    public int SizeBytes => _held ? _region.LengthBytes : 0;

    /// <summary>The region that is held; its reference stays here.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public FileRegion Region => _held ? _region : throw new InvalidOperationException("There are no records.");

    /// <summary>Keeps a part of the region.</summary>
    /// <param name="skippedBytes">What is left out at the beginning.</param>
    /// <param name="lengthBytes">How much is kept; within the region.</param>
    public void Narrow(int skippedBytes, int lengthBytes)
    {
        FileRegion region = Region;
        ArgumentOutOfRangeException.ThrowIfNegative(skippedBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lengthBytes, region.LengthBytes - skippedBytes);
        _region = region with { PositionBytes = region.PositionBytes + skippedBytes, LengthBytes = lengthBytes };
    }

    /// <summary>Holds <paramref name="region"/>, whose reference passes to this object.</summary>
    public void Set(FileRegion region)
    {
        Release();
        _region = region;
        _held = true;
    }

    /// <summary>Hands the region and its reference to the caller.</summary>
    public FileRegion Take()
    {
        if (!_held) throw new InvalidOperationException("The records were already taken.");
        _held = false;
        FileRegion region = _region;
        _region = default;
        return region;
    }

    /// <summary>Drops the reference, if one is held.</summary>
    public void Release()
    {
        if (!_held) return;
        _held = false;
        _region.File.Release();
        _region = default;
    }
}
