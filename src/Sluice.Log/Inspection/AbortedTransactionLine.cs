namespace Sluice.Log.Inspection;

/// <summary>An entry of a <c>.txnindex</c> file.</summary>
/// <param name="Version">0 in files of today.</param>
/// <param name="ProducerId">Whose transaction was aborted.</param>
/// <param name="FirstOffset">Its first record.</param>
/// <param name="LastOffset">Its marker.</param>
/// <param name="LastStableOffset">First offset of the next transaction that was open, or the marker's offset + 1.</param>
public readonly record struct AbortedTransactionLine(int Version, long ProducerId, long FirstOffset, long LastOffset, long LastStableOffset);
