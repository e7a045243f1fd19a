namespace Sluice.Log;

/// <summary>One batch of a region that a read returned, as its header tells it.</summary>
/// <param name="BaseOffset">Offset of its first record, or of the record that was first before compaction.</param>
/// <param name="LastOffset">Inclusive; no record of another batch lies below it.</param>
/// <param name="SizeBytes">With its header.</param>
/// <param name="ProducerId">-1 for a producer without an id.</param>
/// <param name="IsTransactional">Whether its records belong to a transaction.</param>
/// <param name="IsControl">Whether it holds a marker, which no consumer sees.</param>
public readonly record struct BatchSpan(long BaseOffset, long LastOffset, int SizeBytes, long ProducerId, bool IsTransactional, bool IsControl);
