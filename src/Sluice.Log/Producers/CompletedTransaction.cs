namespace Sluice.Log.Producers;

/// <summary>A transaction that a marker has ended.</summary>
/// <param name="ProducerId">Who wrote it.</param>
/// <param name="FirstOffset">Offset of its first batch.</param>
/// <param name="LastOffset">Offset of the marker.</param>
/// <param name="IsAborted">Whether its records must be dropped by read_committed consumers.</param>
internal readonly record struct CompletedTransaction(long ProducerId, long FirstOffset, long LastOffset, bool IsAborted);
