namespace Sluice.Log.Inspection;

/// <summary>What building the indexes of one segment anew came to.</summary>
/// <param name="LogPath">The segment's <c>.log</c>.</param>
/// <param name="BaseOffset">The offset that names it.</param>
/// <param name="BatchesCount">Batches that were indexed.</param>
/// <param name="OffsetEntriesCount">Entries of the new <c>.index</c>.</param>
/// <param name="TimeEntriesCount">Entries of the new <c>.timeindex</c>.</param>
/// <param name="AbortedCount">Entries of the new <c>.txnindex</c>; none means no file.</param>
/// <param name="Problem">Why the old indexes were left as they are; null if they were replaced.</param>
public sealed record RebuiltSegment(
    string LogPath, long BaseOffset, long BatchesCount, int OffsetEntriesCount, int TimeEntriesCount, int AbortedCount, string? Problem);
