namespace Sluice.Log.Inspection;

/// <summary>What copying one partition came to.</summary>
/// <param name="Name">Name of the partition's directory.</param>
/// <param name="SegmentsCount">Segments that were written.</param>
/// <param name="BatchesCount">Batches that were written.</param>
/// <param name="RecordsCount">Records in them, control records left out.</param>
/// <param name="Bytes">Bytes of the new <c>.log</c> files.</param>
/// <param name="SkippedBytes">Bytes of the old <c>.log</c> files that were left out.</param>
/// <param name="MendedCount">Batches that got their base offset or leader epoch back.</param>
/// <param name="NextOffset">Log end offset of the copy.</param>
/// <param name="Lost">Offsets that the copy does not have, ascending; at most <see cref="LostMax"/>.</param>
/// <param name="LostRangesCount">How many such ranges there are in all.</param>
public sealed record CopiedPartition(
    string Name,
    int SegmentsCount,
    long BatchesCount,
    long RecordsCount,
    long Bytes,
    long SkippedBytes,
    long MendedCount,
    long NextOffset,
    IReadOnlyList<LostOffsets> Lost,
    long LostRangesCount)
{
    /// <summary>Ranges that are told one by one.</summary>
    public const int LostMax = 1000;
}
