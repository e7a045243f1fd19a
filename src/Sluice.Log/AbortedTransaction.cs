namespace Sluice.Log;

/// <summary>A transaction whose records a read_committed consumer must drop.</summary>
/// <param name="ProducerId">Producer that wrote it.</param>
/// <param name="FirstOffset">Offset of its first record in the partition.</param>
public readonly record struct AbortedTransaction(long ProducerId, long FirstOffset);
