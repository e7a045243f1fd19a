using Sluice.Transfer;

namespace Sluice.Log;

/// <summary>Where the bytes lie that answer a read.</summary>
/// <param name="Status">What the rest means.</param>
/// <param name="Region">
/// With <see cref="LogReadStatus.Region"/>, bytes of one segment, beginning with a batch; with <see cref="LogReadStatus.Cold"/>, what must
/// be read in first. Its reference belongs to the caller, who releases it once. Otherwise it has no file.
/// </param>
/// <param name="NextOffset">Offset after the last whole batch of the region, exclusive upper end of what it holds; the offset asked for without a region.</param>
/// <param name="FirstBatchTooLarge">Whether there is data but the first batch alone is longer than was allowed.</param>
/// <param name="Offsets">The partition's offsets that the read was decided with.</param>
public readonly record struct LogReadResult(
    LogReadStatus Status, FileRegion Region, long NextOffset, bool FirstBatchTooLarge, LogOffsets Offsets)
{
    /// <summary>Bytes in the region; 0 without one.</summary>
    public int LengthBytes => Status == LogReadStatus.Region ? Region.LengthBytes : 0;
}
