namespace Sluice.Log.Inspection;

/// <summary>What was found inside a batch.</summary>
/// <param name="State">The verdict.</param>
/// <param name="RecordsCount">Records that could be read.</param>
/// <param name="UncompressedBytes">Bytes of the records when they are not compressed; 0 if they were not read.</param>
/// <param name="Detail">What is wrong, or why nothing was read; null if <see cref="RecordsState.Sound"/>.</param>
public readonly record struct RecordsVerdict(RecordsState State, int RecordsCount, long UncompressedBytes, string? Detail);
