namespace Sluice.Log.Inspection;

/// <summary>What checking one partition, or one file, came to.</summary>
/// <param name="Name">Name of the partition's directory, or of the file.</param>
/// <param name="SegmentsCount">Segments that were read.</param>
/// <param name="Bytes">Bytes of their <c>.log</c> files.</param>
/// <param name="BatchesCount">Sound batches.</param>
/// <param name="RecordsCount">Records in them by their headers, control records left out.</param>
/// <param name="FirstOffset">Offset of the first sound batch; -1 if there is none.</param>
/// <param name="NextOffset">Offset after the last sound batch.</param>
/// <param name="DamagedBytes">Bytes of the <c>.log</c> files that are no sound batches, and not the unfinished end of a log that was not closed.</param>
/// <param name="DamageCount">Findings that mean lost or wrong records.</param>
/// <param name="RepairableCount">Findings that can be mended without losing a record.</param>
/// <param name="NotesCount">Findings that mean nothing bad.</param>
public sealed record PartitionVerdict(
    string Name,
    int SegmentsCount,
    long Bytes,
    long BatchesCount,
    long RecordsCount,
    long FirstOffset,
    long NextOffset,
    long DamagedBytes,
    int DamageCount,
    int RepairableCount,
    int NotesCount)
{
    /// <summary>Whether nothing is wrong.</summary>
    public bool IsSound => DamageCount + RepairableCount == 0;
}
